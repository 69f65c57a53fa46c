/** An operation that a screen of the console handed over in the address. */
export type HandedOver = { query: string; variables: string };

/** Reads `#operation=`, which is base64url of JSON with query and variables; null for none. */
export function handedOver(hash: string): HandedOver | null {
  const code = new URLSearchParams(hash.slice(1)).get('operation');
  if (!code) return null;
  try {
    const bytes = Uint8Array.from(atob(code.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const { query, variables } = JSON.parse(new TextDecoder().decode(bytes)) as { query: unknown; variables: unknown };
    if (typeof query !== 'string') return null;
    return { query, variables: JSON.stringify(variables ?? {}, null, 2) };
  } catch {
    return null; // cut off on its way
  }
}
