/** Reads what this browser keeps under a name; null when there is nothing, or when it keeps nothing for pages. */
export function recall<Value>(name: string): Value | null {
  try {
    const text = localStorage.getItem(`matinee.${name}`);
    return text === null ? null : (JSON.parse(text) as Value);
  } catch {
    return null;
  }
}

/** Has this browser keep a value under a name; null removes it. Where it keeps nothing for pages, nothing happens. */
export function remember(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(`matinee.${name}`);
    else localStorage.setItem(`matinee.${name}`, JSON.stringify(value));
  } catch {
    // Storage is full, or closed to this page: only comfort is lost.
  }
}
