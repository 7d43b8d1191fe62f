import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { type Clock, Problem } from '@weir/kit';

/**
 * What a token says: this viewer session may start watching (`play`) or enter the room (`room`) of broadcast `b`
 * until `exp` (wall time, ms); or that this person may look at what the gate holds (`desk`). `u` is who is signed in,
 * where somebody is.
 */
export type PlayClaims = {
  /** Broadcast id. */
  b: string;
  /** Viewer session id: what a revocation names. */
  s: string;
  k: 'play' | 'room' | 'desk';
  exp: number;
  u?: { id: string; nick: string; roles?: string[] };
};

/** Keeps these signatures apart from any other use of the key. */
const CONTEXT = 'weir.play.1.';
/** Longest token looked at, in characters: claims are small, and the rest is somebody's attempt. */
const MAX_TOKEN_CHARS = 2_048;
/** Ed25519 signature in bytes (RFC 8032 section 5.1.6). */
const SIGNATURE_BYTES = 64;

/** Makes tokens; lives in control alone. A token is `base64url(JSON claims).base64url(signature)`. */
export class TokenSigner {
  readonly #private: KeyObject;
  /** SPKI PEM: what a `TokenVerifier` takes. */
  readonly publicKey: string;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string;
  }

  /** A signer with a new key. */
  static generate(): TokenSigner {
    return new TokenSigner(generateKeyPairSync('ed25519').privateKey);
  }

  /** A signer with the key of a PKCS #8 PEM. @throws Error where it is no Ed25519 private key */
  static load(pem: string): TokenSigner {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519')
      throw new Error(`A play key is Ed25519, not ${key.asymmetricKeyType}`);
    return new TokenSigner(key);
  }

  /** The private key as PKCS #8 PEM, to be kept 0600 and loaded again. */
  privatePem(): string {
    return this.#private.export({ type: 'pkcs8', format: 'pem' }) as string;
  }

  /** @example signer.sign({ b: id, s: newId(), k: 'play', exp: clock.now() + 300_000 }) */
  sign(claims: PlayClaims): string {
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${body}.${sign(null, Buffer.from(CONTEXT + body), this.#private).toString('base64url')}`;
  }
}

/** Checks tokens and cannot make them. About 0.1 ms each: once a connection, never once a segment. */
export class TokenVerifier {
  readonly #public: KeyObject;
  readonly #clock: Clock;

  /** @param publicKey SPKI PEM from `TokenSigner.publicKey` */
  constructor(publicKey: string, clock: Clock) {
    this.#public = createPublicKey(publicKey);
    this.#clock = clock;
  }

  /**
   * The claims of a valid token of this kind for this broadcast.
   * @throws Problem `bad_token` where anything does not fit, `token_expired` where only its time is over
   */
  verify(token: string, want: { b?: string; k?: PlayClaims['k'] } = {}): PlayClaims {
    const claims = this.read(token);
    if (claims.exp <= this.#clock.now()) throw new Problem('token_expired', 'Ask for a new address to play');
    if (want.b !== undefined && claims.b !== want.b)
      throw new Problem('bad_token', 'The token is for another broadcast');
    if (want.k !== undefined && claims.k !== want.k)
      throw new Problem('bad_token', `The token is not for ${want.k}`);
    return claims;
  }

  /**
   * The same without regard to its time: for a session that began in time and goes on.
   * @throws Problem `bad_token`
   */
  read(token: string): PlayClaims {
    const dot = token.indexOf('.');
    if (token.length > MAX_TOKEN_CHARS || dot < 1) throw new Problem('bad_token');
    const body = token.slice(0, dot);
    const signature = Buffer.from(token.slice(dot + 1), 'base64url');
    // Decoding forgives stray characters and unused bits; one token has one spelling.
    const canonical = signature.toString('base64url') === token.slice(dot + 1);
    if (!canonical || signature.length !== SIGNATURE_BYTES) throw new Problem('bad_token');
    if (!verify(null, Buffer.from(CONTEXT + body), this.#public, signature)) throw new Problem('bad_token');
    return parseClaims(Buffer.from(body, 'base64url').toString('utf8'));
  }
}

function parseClaims(text: string): PlayClaims {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('bad_token');
  }
  const { b, s, k, exp, u } = (value ?? {}) as Record<string, unknown>;
  const right =
    typeof b === 'string' &&
    typeof s === 'string' &&
    (k === 'play' || k === 'room' || k === 'desk') &&
    typeof exp === 'number' &&
    Number.isFinite(exp);
  if (!right) throw new Problem('bad_token');
  if (u === undefined) return { b, s, k, exp };
  const { id, nick, roles } = (u ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof nick !== 'string') throw new Problem('bad_token');
  if (roles === undefined) return { b, s, k, exp, u: { id, nick } };
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string'))
    throw new Problem('bad_token');
  return { b, s, k, exp, u: { id, nick, roles } };
}
