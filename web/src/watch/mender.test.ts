// @vitest-environment jsdom
import { ErrorTypes, type ErrorData, type default as Hls } from 'hls.js';
import { expect, test, vi } from 'vitest';
import { Mender } from './mender';

/** A player whose addresses have expired, and what becomes of it while they are renewed. */
async function mend(paused: { before: boolean; during: boolean }) {
  const element = document.createElement('video');
  let isPaused = paused.before;
  Object.defineProperty(element, 'paused', { get: () => isPaused });
  const play = vi.fn(async () => {});
  element.play = play;
  const player = { config: {}, loadSource: vi.fn() };
  const renew = async () => {
    isPaused = paused.during;
    return '/fresh';
  };
  const giveUp = vi.fn();
  const mender = new Mender(player as unknown as Hls, element, renew, giveUp);
  const expired = { type: ErrorTypes.NETWORK_ERROR, fatal: false, response: { code: 403 } };
  await mender.take(expired as ErrorData);
  expect(player.loadSource).toHaveBeenCalledWith('/fresh');
  expect(giveUp).not.toHaveBeenCalled();
  element.dispatchEvent(new Event('canplay'));
  return play;
}

test('what plays goes on with the fresh address', async () => {
  expect(await mend({ before: false, during: false })).toHaveBeenCalledOnce();
});

test('Play that is pressed while the address is asked for counts', async () => {
  expect(await mend({ before: true, during: false })).toHaveBeenCalledOnce();
});

test('a pause that is pressed while the address is asked for counts', async () => {
  expect(await mend({ before: false, during: true })).not.toHaveBeenCalled();
  expect(await mend({ before: true, during: true })).not.toHaveBeenCalled();
});
