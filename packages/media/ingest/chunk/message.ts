/** Message type ids (RTMP 1.0 sections 5.4, 7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  data: 18,
  command: 20,
  aggregate: 22,
} as const;

/** User control events (RTMP 1.0 section 7.1.7). */
export const EVENT = { streamBegin: 0, pingRequest: 6, pingResponse: 7 } as const;

/** Takes one whole message. `timestamp` is 32 bits as the encoder meant it, `payload` may be a view into what was read. */
export type OnMessage = (type: number, timestamp: number, streamId: number, payload: Buffer) => void;
