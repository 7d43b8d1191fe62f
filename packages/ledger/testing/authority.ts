import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fresh } from './store.ts';

const POLICY = '1.3.6.1.4.1.99999.1.1';

const configOf = (dir: string): string => `
[tsa]
default_tsa = here
[here]
dir = ${dir}
serial = ${dir}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = ${POLICY}
other_policies = 1.3.6.1.4.1.99999.1.2
digests = sha256
accuracy = secs:1, millisecs:500
ess_cert_id_alg = sha256
ordering = yes
`;

/** A time-stamping authority: OpenSSL's behind HTTP, under a certificate authority of its own. */
export class TestAuthority {
  readonly dir = fresh();
  readonly policy = POLICY;
  /** What it answers in place of a token of its own, given the query's file. */
  instead: ((query: string) => Buffer) | undefined;
  asked = 0;
  readonly #server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const query = join(this.dir, `query-${++this.asked}`);
      writeFileSync(query, Buffer.concat(pieces));
      response.setHeader('content-type', 'application/timestamp-reply');
      // A test that blocks this process for longer than a connection is kept would ask on one that is closed meanwhile.
      response.setHeader('connection', 'close');
      response.end(this.instead ? this.instead(query) : this.reply(query));
    });
  });

  /**
   * Makes keys and certificates; `purpose` is the extended key usage of the signer, `root` the kind of the key above it:
   * an RSA key takes a busy machine a second.
   */
  constructor(purpose = 'critical,timeStamping', root: 'rsa' | 'ec' = 'rsa') {
    writeFileSync(join(this.dir, 'tsa.cnf'), configOf(this.dir));
    writeFileSync(join(this.dir, 'serial'), '01\n');
    const ca = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test root', '-days', '30'];
    const kind = root === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    this.#openssl('req', '-x509', '-newkey', ...kind, '-nodes', ...ca);
    this.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'tsa.key');
    this.#openssl('req', '-new', '-key', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Test time');
    writeFileSync(join(this.dir, 'ext.cnf'), `extendedKeyUsage = ${purpose}\n`);
    const from = ['-in', 'tsa.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    this.#openssl('x509', '-req', ...from, '-out', 'tsa.pem', '-days', '30', '-extfile', 'ext.cnf');
  }

  /** The certificate above the signer's. */
  get root(): string {
    return readFileSync(join(this.dir, 'ca.pem'), 'utf8');
  }

  /** The signer's own certificate. */
  get own(): string {
    return readFileSync(join(this.dir, 'tsa.pem'), 'utf8');
  }

  /** Answers a query out of a file. */
  reply(query: string, ...more: string[]): Buffer {
    const out = `${query}.reply`;
    const signer = ['-signer', 'tsa.pem', '-inkey', 'tsa.key'];
    this.#openssl('ts', '-reply', '-config', 'tsa.cnf', ...signer, '-queryfile', query, '-out', out, ...more);
    return readFileSync(out);
  }

  /** Whether OpenSSL takes a token as one over this digest. */
  accepts(token: Buffer, digest: Buffer): boolean {
    const path = join(this.dir, 'token');
    writeFileSync(path, token);
    try {
      this.#openssl(
        'ts',
        '-verify',
        '-digest',
        digest.toString('hex'),
        '-in',
        path,
        '-token_in',
        '-CAfile',
        'ca.pem',
      );
      return true;
    } catch {
      return false;
    }
  }

  /** What another's token says, signed by this one's key, whatever that may be used for (CMS with CAdES attributes). */
  signAnew(token: Buffer): Buffer {
    writeFileSync(join(this.dir, 'theirs'), token);
    this.#openssl(
      'cms',
      '-verify',
      '-noverify',
      '-inform',
      'DER',
      '-in',
      'theirs',
      '-binary',
      '-out',
      'said',
    );
    const form = ['-nodetach', '-econtent_type', '1.2.840.113549.1.9.16.1.4', '-outform', 'DER'];
    const signer = ['-signer', 'tsa.pem', '-inkey', 'tsa.key', '-cades', '-md', 'sha256'];
    this.#openssl('cms', '-sign', '-binary', '-in', 'said', ...form, ...signer, '-out', 'ours');
    return readFileSync(join(this.dir, 'ours'));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.dir, stdio: 'pipe' });
  }
}
