import { describe, expect, it } from 'vitest';
import { abortable } from './abortable.ts';

describe('pieces that are waited for', () => {
  it('come as they are, and are not waited for any more once the signal is given', async () => {
    const stop = new AbortController();
    let isOver = false;
    const source = async function* () {
      try {
        yield 1;
        yield 2;
        await new Promise(() => {});
        yield 3;
      } finally {
        isOver = true;
      }
    };
    const got: number[] = [];
    const taking = (async () => {
      for await (const piece of abortable(source(), stop.signal)) got.push(piece);
    })();
    await expect.poll(() => got).toEqual([1, 2]);
    stop.abort(new Error('enough'));
    await expect(taking).rejects.toThrow('enough');
    for await (const piece of abortable(source(), new AbortController().signal)) if (piece === 2) break;
    expect(isOver).toBe(true);
  });
});
