import { describe, expect, it } from 'vitest';
import { startPeer } from './peer.ts';

const here = (name: string): URL => new URL(name, import.meta.url);

describe('a peer', () => {
  it.each([
    ['nats-server', 'nats.conf', (file: string) => ['-c', file]],
    ['nginx', 'nchan.conf', (file: string, dir: string) => ['-c', file, '-p', dir]],
  ] as const)('%s listens on its committed %s', async (command, config, args) => {
    const peer = await startPeer(command, here(config), args);
    expect(peer?.port).toEqual(expect.any(Number));
    await peer?.stop();
  });

  it('that is not installed is nobody', async () => {
    expect(await startPeer('weir-no-such-program', here('nats.conf'), () => [])).toBeNull();
  });
});
