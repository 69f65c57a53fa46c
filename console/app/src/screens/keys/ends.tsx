import { date } from '../../text/time';
import { t } from '../../text/text';

const day = 24 * 60 * 60 * 1000;

/** When a new key ends, as an ISO time; null for never. */
export function ends(choice: string): string | null {
  return choice === '' ? null : new Date(Date.now() + Number(choice) * day).toISOString();
}

export function EndsField({ value, set }: { value: string; set: (value: string) => void }) {
  return (
    <div className="field">
      <label htmlFor="ends">{t('Ends')}</label>
      <select className="select" id="ends" value={value} onChange={(event) => set(event.target.value)}>
        <option value="">{t('Never')}</option>
        {[90, 365, 730].map((days) => (
          <option key={days} value={days}>
            {t('On {date}', { date: date(new Date(Date.now() + days * day).toISOString()) })}
          </option>
        ))}
      </select>
    </div>
  );
}
