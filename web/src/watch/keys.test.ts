import { describe, expect, test } from 'vitest';
import { commandOf, type KeyPlace } from './keys';

const PAGE: KeyPlace = { typing: false, pressable: false, arrows: false, inPlayer: false };
const press = (key: string, modifiers = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

describe('commandOf', () => {
  test.each([
    [' ', { do: 'toggle' }],
    ['K', { do: 'toggle' }],
    ['j', { do: 'seek-by', seconds: -10 }],
    ['ArrowRight', { do: 'seek-by', seconds: 5 }],
    ['7', { do: 'seek-to', fraction: 0.7 }],
    ['>', { do: 'speed-by', steps: 1 }],
    ['?', { do: 'help' }],
  ])('%s anywhere on the page', (key, command) => {
    expect(commandOf(press(key), PAGE)).toEqual(command);
  });

  test('leaves browser shortcuts alone', () => {
    expect(commandOf(press('f', { ctrlKey: true }), PAGE)).toBeNull();
    expect(commandOf(press('l', { metaKey: true }), PAGE)).toBeNull();
  });

  test('leaves typed text alone', () => {
    expect(commandOf(press('k'), { ...PAGE, typing: true })).toBeNull();
  });

  test('leaves Space to a focused button, but not K', () => {
    const place = { ...PAGE, pressable: true, inPlayer: true };
    expect(commandOf(press(' '), place)).toBeNull();
    expect(commandOf(press('k'), place)).toEqual({ do: 'toggle' });
  });

  test('leaves arrows to sliders and menus', () => {
    expect(commandOf(press('ArrowLeft'), { ...PAGE, arrows: true, inPlayer: true })).toBeNull();
  });

  test('up and down change the volume only inside the player: elsewhere they scroll', () => {
    expect(commandOf(press('ArrowUp'), PAGE)).toBeNull();
    expect(commandOf(press('ArrowUp'), { ...PAGE, inPlayer: true })).toEqual({
      do: 'volume-by',
      step: 0.05,
    });
  });

  test('ignores every other key', () => {
    expect(commandOf(press('Enter'), PAGE)).toBeNull();
    expect(commandOf(press('x'), PAGE)).toBeNull();
  });
});
