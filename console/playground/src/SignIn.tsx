import { type FormEvent, useState } from 'react';

type Props = {
  token: string;
  onSignIn(token: string): void;
  onSignOut(): void;
};

/** The bar above the editor: asks for an access token, or tells which one is in use. */
export function SignIn({ token, onSignIn, onSignOut }: Props) {
  const [typed, setTyped] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    const trimmed = typed.trim();
    if (!trimmed) return;
    setTyped('');
    onSignIn(trimmed);
  }

  if (token) {
    return (
      <div className="sign-in">
        <span>
          Signed in with <code>{token.slice(0, 8)}…</code>
        </span>
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </div>
    );
  }
  return (
    <form className="sign-in" onSubmit={submit}>
      <label htmlFor="access-token">Access token</label>
      <input
        id="access-token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        placeholder="fda_…"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit">Sign in</button>
    </form>
  );
}
