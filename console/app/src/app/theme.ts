type Theme = 'light' | 'dark' | 'system';

const root = document.documentElement;

function apply(theme: Theme) {
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

function stored(): Theme {
  const theme = localStorage.getItem('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

apply(stored());

/** Changes from what is shown to the other one, and back to the system's. */
export function nextTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const other: Theme = dark ? 'light' : 'dark';
  const next: Theme = stored() === 'system' ? other : 'system';
  localStorage.setItem('theme', next);
  apply(next);
}
