import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkpointText, parseCheckpoint } from './checkpoint.ts';
import { fromBase64, openNote, signerOf, verifierOf } from './note.ts';
import { CheckpointSigner } from './signer.ts';

const newSigner = (name: string) =>
  signerOf(name, generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }));
const signer = newSigner('weir.example/content');
const verifier = verifierOf(signer.vkey);
const text = checkpointText({ origin: signer.name, size: 7, root: Buffer.alloc(32, 7) });
const note = `${text}\n${signer.sign(text)}`;

describe('a note', () => {
  it('opens for its signer alone', () => {
    expect(openNote(note, verifier)).toEqual({ text, others: [] });
    expect(() => openNote(note, verifierOf(newSigner(signer.name).vkey))).toThrow(/0 signatures/);
    expect(() => openNote(note.replace('\n7\n', '\n8\n'), verifier)).toThrow(/does not hold/);
    const other = newSigner('witness.example');
    expect(openNote(note + other.sign(text), verifier).others.map(({ name }) => name)).toEqual([
      'witness.example',
    ]);
    expect(() => openNote(note + signer.sign(text), verifier)).toThrow(/2 signatures/);
  });

  it('is known by the example of the specification', () => {
    const given = [
      'Ognuno sta solo sul cuor della terra',
      'trafitto da un raggio di sole:',
      '',
      'ed è subito sera.',
      '',
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=',
      '',
    ].join('\n');
    // The key is not ours: the form is read, and the signature told to be of somebody else.
    expect(() => openNote(given, verifier)).toThrow(/0 signatures of weir.example/);
  });

  it('has one form: canonical base64, one line a signature, no controls, nothing behind', () => {
    const bent = [
      note.slice(0, -1),
      `${note}\n`,
      `${note}x\n`,
      note.replace('— ', '- '),
      note.replace('— ', '—  '),
      note.replace('\n\n', '\n'),
      note.replace('weir', 'we\tir'),
      note.replace(/=\n$/, '\n'),
      note.replace(/(.)=\n$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}=\n`),
      '\n\n',
      '',
    ];
    for (const one of bent) expect(() => openNote(one, verifier), JSON.stringify(one)).toThrow();
  });

  it('has a verifier line whose id is that of its key', () => {
    const [name, id, ...rest] = signer.vkey.split('+');
    const key = rest.join('+');
    expect(verifierOf(signer.vkey).name).toBe('weir.example/content');
    expect(() => verifierOf(`${name}+00000000+${key}`)).toThrow(/another id/);
    expect(() => verifierOf(`other+${id}+${key}`)).toThrow(/another id/);
    expect(() => newSigner('two words')).toThrow();
  });

  it('is not read from base64 with unused bits, missing or surplus padding, or other characters', () => {
    expect(fromBase64('TWE=')).toEqual(Buffer.from('Ma'));
    for (const text of ['TWF=', 'TWE', 'TWE==', 'TW E=', 'TWE=\n', 'TW_='])
      expect(() => fromBase64(text)).toThrow();
  });
});

describe('a checkpoint', () => {
  it('reads back, and in no other form', () => {
    expect(parseCheckpoint(text)).toEqual({ origin: signer.name, size: 7, root: Buffer.alloc(32, 7) });
    const root = Buffer.alloc(32, 7).toString('base64');
    const bent = [
      `a\n07\n${root}\n`,
      `a\n-1\n${root}\n`,
      `a\n7\n${root}`,
      `\n7\n${root}\n`,
      `a\n7\n${root}\nmore\n`,
    ];
    for (const one of [...bent, 'a\n7\nTWE=\n', `a\n9007199254740993\n${root}\n`])
      expect(() => parseCheckpoint(one), JSON.stringify(one)).toThrow();
  });

  it('is signed only above the last that was', () => {
    const signing = new CheckpointSigner(signer, 7);
    expect(() => signing.sign(7, Buffer.alloc(32))).toThrow(/fork/);
    expect(() => signing.sign(6, Buffer.alloc(32))).toThrow(/fork/);
    openNote(signing.sign(8, Buffer.alloc(32)), verifier);
    expect(() => signing.sign(8, Buffer.alloc(32))).toThrow(/fork/);
  });
});
