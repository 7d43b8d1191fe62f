import mpegts from 'mpegts.js';

/** What mpegts.js makes of `customLoader`. */
type LoaderClass = NonNullable<NonNullable<Parameters<typeof mpegts.createPlayer>[1]>['customLoader']>;

/**
 * A loader for mpegts.js that streams over fetch and shows every chunk to `see` on its way: the library
 * itself tells neither the stream's timestamps nor its parameter sets.
 */
export function flvLoader(see: (bytes: Uint8Array) => void): LoaderClass {
  const { kConnecting, kBuffering, kComplete, kError } = mpegts.LoaderStatus;
  return class extends mpegts.BaseLoader {
    #left = new AbortController();
    #received = 0;

    constructor() {
      super('weir-flv');
      this._needStash = false;
    }

    override destroy(): void {
      this.abort();
      super.destroy();
    }

    override abort(): void {
      this.#left.abort();
    }

    override open(source: { url: string }): void {
      this._status = kConnecting;
      void this.#stream(source.url, this.#left.signal);
    }

    async #stream(url: string, signal: AbortSignal): Promise<void> {
      try {
        const answer = await fetch(url, { signal, credentials: 'omit', cache: 'no-store' });
        if (!answer.ok || !answer.body) {
          void answer.body?.cancel();
          if (!signal.aborted)
            this.#fail(mpegts.LoaderErrors.HTTP_STATUS_CODE_INVALID, answer.status, answer.statusText);
          return;
        }
        this._status = kBuffering;
        const reader = answer.body.getReader();
        for (;;) {
          const { done, value } = await reader.read();
          if (signal.aborted) return;
          if (done) break;
          see(value);
          const start = this.#received;
          this.#received += value.byteLength;
          const whole = value.byteOffset === 0 && value.byteLength === value.buffer.byteLength;
          this.onDataArrival(
            (whole ? value.buffer : value.slice().buffer) as ArrayBuffer,
            start,
            this.#received,
          );
        }
        this._status = kComplete;
        this.onComplete(0, this.#received - 1);
      } catch (error) {
        if (!signal.aborted) this.#fail(mpegts.LoaderErrors.EXCEPTION, -1, String(error));
      }
    }

    #fail(type: string, code: number, msg: string): void {
      this._status = kError;
      this.onError(type as never, { code, msg });
    }
  } as unknown as LoaderClass;
}
