import { X509Certificate } from 'node:crypto';

/** Certificates between a signer and one that is trusted, at most. */
const MAX_CHAIN = 5;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a time-stamping authority that are trusted: its own, or those above it. */
export class Authority {
  readonly pem: string;
  readonly #trusted: readonly X509Certificate[];

  /** @throws Error where the text has no certificate in PEM */
  constructor(text: string) {
    const blocks = text.match(PEM) ?? [];
    if (blocks.length === 0) throw new Error('there is no certificate in PEM form');
    this.#trusted = blocks.map((block) => new X509Certificate(block));
    this.pem = `${blocks.join('\n')}\n`;
  }

  /** What is trusted, for who looks for a signer that a token does not bring. */
  get certificates(): readonly X509Certificate[] {
    return this.#trusted;
  }

  /**
   * Whether a signer is trusted at an instant: it is one of these certificates, or others of the token lead to one,
   * each signed by the next and valid then (RFC 5280, section 6.1, without revocation).
   */
  vouchesFor(signer: X509Certificate, others: readonly X509Certificate[], at: Date): boolean {
    let here = signer;
    for (let steps = 0; steps < MAX_CHAIN; steps++) {
      if (at < new Date(here.validFrom) || at > new Date(here.validTo)) return false;
      if (this.#trusted.some(({ raw }) => raw.equals(here.raw))) return true;
      const above = [...this.#trusted, ...others].find(
        (one) => one.ca && here.checkIssued(one) && here.verify(one.publicKey),
      );
      if (!above) return false;
      here = above;
    }
    return false;
  }
}
