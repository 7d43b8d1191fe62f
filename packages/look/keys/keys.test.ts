import { beforeEach, expect, test, vi } from 'vitest';
import { capOf } from './chord.ts';
import { Keys } from './keys.ts';

/** A page of nothing but events: what the handler needs of a window. */
class Page extends EventTarget {
  key(type: 'keydown' | 'keyup', code: string, more: Record<string, unknown> = {}): Event {
    const event = new Event(type, { cancelable: true });
    const target = more['on'] ?? { tagName: 'BODY' };
    Object.assign(event, { code, keyCode: 0, isComposing: false, repeat: false }, more);
    Object.defineProperty(event, 'target', { get: () => target });
    this.dispatchEvent(event);
    return event;
  }
}

let page: Page;
let keys: Keys;
const act = vi.fn();

beforeEach(() => {
  act.mockReset();
  page = new Page();
  keys = new Keys();
  keys.listen(page as unknown as Window);
});

test('a key acts by where it lies, whatever the layout makes of it', () => {
  keys.bind({ chord: 'KeyX', press: act });
  page.key('keydown', 'KeyX', { key: 'ч' });
  expect(act).toHaveBeenCalledOnce();
});

test('a key that an input method works on never acts', () => {
  keys.bind({ chord: 'KeyX', press: act });
  page.key('keydown', 'KeyX', { isComposing: true });
  page.key('keydown', 'KeyX', { keyCode: 229 });
  expect(act).not.toHaveBeenCalled();
});

test('typing into a field never acts, and a chord that nobody types still does', () => {
  keys.bind({ chord: 'KeyX', press: act }, { chord: 'Mod+KeyK', press: act, inFields: true });
  for (const on of [{ tagName: 'INPUT', type: 'text' }, { tagName: 'TEXTAREA' }, { isContentEditable: true }])
    page.key('keydown', 'KeyX', { on });
  expect(act).not.toHaveBeenCalled();
  page.key('keydown', 'KeyK', { ctrlKey: true, on: { tagName: 'TEXTAREA' } });
  expect(act).toHaveBeenCalledOnce();
});

test('a check box is no field', () => {
  keys.bind({ chord: 'KeyX', press: act });
  page.key('keydown', 'KeyX', { on: { tagName: 'INPUT', type: 'checkbox' } });
  expect(act).toHaveBeenCalledOnce();
});

test('a held key moves again and again, but acts once', () => {
  const move = vi.fn();
  keys.bind({ chord: 'KeyX', press: act }, { chord: 'KeyJ', press: move, repeats: true });
  for (const repeat of [false, true, true]) {
    page.key('keydown', 'KeyX', { repeat });
    page.key('keydown', 'KeyJ', { repeat });
  }
  expect(act).toHaveBeenCalledOnce();
  expect(move).toHaveBeenCalledTimes(3);
});

test('what lasts while a key is held ends when it is let go, or when the page loses focus', () => {
  const hide = vi.fn();
  keys.bind({ chord: 'KeyV', press: act, release: hide });
  page.key('keydown', 'KeyV');
  expect(hide).not.toHaveBeenCalled();
  page.key('keyup', 'KeyV');
  expect(hide).toHaveBeenCalledTimes(1);
  page.key('keydown', 'KeyV');
  page.dispatchEvent(new Event('blur'));
  expect(hide).toHaveBeenCalledTimes(2);
});

test('where two bindings match, none fires', () => {
  const other = vi.fn();
  keys.bind({ chord: 'KeyX', press: act });
  const undo = keys.bind({ chord: 'KeyX', press: other });
  expect(page.key('keydown', 'KeyX').defaultPrevented).toBe(false);
  expect(act).not.toHaveBeenCalled();
  undo();
  page.key('keydown', 'KeyX');
  expect(act).toHaveBeenCalledOnce();
  expect(other).not.toHaveBeenCalled();
});

test('switched off, letters are silent and Esc still goes back', () => {
  keys.bind({ chord: 'KeyX', press: act }, { chord: 'Escape', press: act });
  keys.enabled = false;
  page.key('keydown', 'KeyX');
  expect(act).not.toHaveBeenCalled();
  page.key('keydown', 'Escape');
  expect(act).toHaveBeenCalledOnce();
});

test('key caps read as keyboards do', () => {
  expect(capOf('KeyX')).toBe('X');
  expect(capOf('Digit1')).toBe('1');
  expect(capOf('Shift+Slash')).toBe('?');
  expect(capOf('Mod+KeyK')).toBe('Ctrl K');
  expect(capOf('Mod+KeyK', true)).toBe('⌘ K');
  expect(capOf('ArrowLeft')).toBe('←');
});
