/** What a key does while the player has the focus. */
export type Shortcut =
  | { readonly action: 'play-or-pause' | 'mute' | 'fullscreen' | 'captions' }
  | { readonly action: 'seek'; readonly by: number }
  | { readonly action: 'volume'; readonly by: number };

const SHORTCUTS: Readonly<Record<string, Shortcut>> = {
  ' ': { action: 'play-or-pause' },
  k: { action: 'play-or-pause' },
  j: { action: 'seek', by: -10 },
  l: { action: 'seek', by: 10 },
  ArrowLeft: { action: 'seek', by: -5 },
  ArrowRight: { action: 'seek', by: 5 },
  ArrowUp: { action: 'volume', by: 0.05 },
  ArrowDown: { action: 'volume', by: -0.05 },
  m: { action: 'mute' },
  f: { action: 'fullscreen' },
  c: { action: 'captions' },
};

interface Keystroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Which element has the focus, in the respects that decide who a key is for. */
export type KeyTarget = 'button' | 'field' | 'other';

/** The shortcut for a key, or null when the key is for the focused element or the browser. */
export function shortcutFor(stroke: Keystroke, target: KeyTarget): Shortcut | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key;
  if (target === 'field') return null;
  if (target === 'button' && key === ' ') return null;
  return SHORTCUTS[key] ?? null;
}
