import { useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react';
import { t } from '../text/text';
import { Icon } from './icons';

type Props = {
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  /** Called by Esc, the cross and a press beside it; absent while it must stay open. */
  close?: () => void;
  submit?: () => void;
};

/** A dialog over the page: it traps the focus, gives it back, and closes with Esc. */
export function Dialog({ title, children, footer, wide, close, submit }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    return () => element?.close();
  }, []);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit?.();
  };
  return (
    <dialog
      ref={dialog}
      className="modal"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close?.();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) close?.();
      }}
    >
      <form className={wide ? 'dialog wide' : 'dialog'} method="dialog" onSubmit={onSubmit}>
        <header role="presentation">
          <h2 id={id}>{title}</h2>
          {close && (
            <button type="button" className="btn quiet icon" aria-label={t('Close')} onClick={close}>
              <Icon name="x" />
            </button>
          )}
        </header>
        <div className="body stack m">{children}</div>
        {footer && <footer role="presentation">{footer}</footer>}
      </form>
    </dialog>
  );
}
