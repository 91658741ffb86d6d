import { describe, expect, it } from 'vitest';
import { shortcutFor } from './shortcuts';

const stroke = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe('keys in the player', () => {
  it.each([
    [' ', { action: 'play-or-pause' }],
    ['K', { action: 'play-or-pause' }],
    ['j', { action: 'seek', by: -10 }],
    ['l', { action: 'seek', by: 10 }],
    ['ArrowRight', { action: 'seek', by: 5 }],
    ['ArrowUp', { action: 'volume', by: 0.05 }],
    ['m', { action: 'mute' }],
    ['f', { action: 'fullscreen' }],
    ['c', { action: 'captions' }],
  ])('%s is a shortcut', (key, shortcut) => {
    expect(shortcutFor(stroke(key), 'other')).toEqual(shortcut);
  });

  it('leave space to a focused button, which it presses', () => {
    expect(shortcutFor(stroke(' '), 'button')).toBeNull();
    expect(shortcutFor(stroke('m'), 'button')).toEqual({ action: 'mute' });
  });

  it('leave all keys to fields, and combinations to the browser', () => {
    expect(shortcutFor(stroke('ArrowUp'), 'field')).toBeNull();
    expect(shortcutFor(stroke('f', { ctrlKey: true }), 'other')).toBeNull();
    expect(shortcutFor(stroke('l', { metaKey: true }), 'other')).toBeNull();
  });
});
