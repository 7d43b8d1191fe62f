/** The peer ships no types; this is what the bench uses of it. */
declare module 'node-media-server' {
  export default class NodeMediaServer {
    constructor(config: object);
    run(): Promise<void>;
  }
}
