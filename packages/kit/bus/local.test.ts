import { mkdtempSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { busContract } from './contract.ts';
import { openHub } from './hub.ts';
import { joinBus } from './local.ts';

const path = (): string => join(mkdtempSync(join(tmpdir(), 'weir-bus-')), 'bus.sock');

describe('local bus', () => {
  busContract(async () => {
    const at = path();
    const hub = await openHub(at);
    return { join: (name) => joinBus(at, name), close: () => hub.close() };
  });

  it('is open to its own user alone', async () => {
    const at = path();
    const hub = await openHub(at);
    expect(statSync(at).mode & 0o777).toBe(0o600);
    await hub.close();
  });

  it('closes a connection that announces a frame over the bound', async () => {
    const at = path();
    const hub = await openHub(at);
    const socket = connect(at);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0]));
    await closed;
    await hub.close();
  });
});
