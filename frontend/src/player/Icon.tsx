const SHAPES = {
  play: 'M8 5.5v13l10.5-6.5z',
  pause: 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z',
  again: 'M12 6V2.5L7 7l5 4.5V8a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z',
  back: 'M11.5 6 4 12l7.5 6zM20 6l-7.5 6 7.5 6z',
  forward: 'M12.5 6 20 12l-7.5 6zM4 6l7.5 6L4 18z',
  sound:
    'M4 9.5v5h3.5L12 19V5L7.5 9.5zM14.5 8.5a4.5 4.5 0 0 1 0 7zM14.5 4.8a8 8 0 0 1 0 14.4v-2a6 6 0 0 0 0-10.4z',
  muted:
    'M4 9.5v5h3.5L12 19V5L7.5 9.5zM14.7 9.3l1.3-1.3 2 2 2-2 1.3 1.3-2 2 2 2-1.3 1.3-2-2-2 2-1.3-1.3 2-2z',
  captions:
    'M3 5.5h18v13H3zm2 2v9h14v-9zM6.5 11h5v1.7h-5zm6.5 0h4.5v1.7H13zm-6.5 2.9h3v1.7h-3zm4.5 0h6.5v1.7H11z',
  settings:
    'M4 6.2h8.2a2.8 2.8 0 0 1 5.6 0H20v1.8h-2.2a2.8 2.8 0 0 1-5.6 0H4zM4 16h2.2a2.8 2.8 0 0 1 5.6 0H20v1.8h-8.2a2.8 2.8 0 0 1-5.6 0H4z',
  picture: 'M3 5h18v14H3zm2 2v10h14V7zm6.5 4.5h6V16h-6z',
  fullscreen: 'M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z',
  'leave-fullscreen': 'M8 4h2v6H4V8h4zM14 4h2v4h4v2h-6zM4 14h6v6H8v-4H4zM14 14h6v2h-4v4h-2z',
} as const;

export type IconName = keyof typeof SHAPES;

/** A picture on a button; the button has the words. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" fill="currentColor" fillRule="evenodd" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
