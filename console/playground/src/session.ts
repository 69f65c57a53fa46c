// The access token lives as long as the tab: never in localStorage, which
// outlives the tab and is shared with every page of the origin.
const key = 'feddir.playground.accessToken';

export function savedToken(): string {
  return sessionStorage.getItem(key) ?? '';
}

export function saveToken(token: string): void {
  if (token) {
    sessionStorage.setItem(key, token);
  } else {
    sessionStorage.removeItem(key);
  }
}
