#!/usr/bin/env node
// Everything a fresh clone needs to test itself: packages, Debian's programs, then every suite.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compiled, install, node24, root } from './installed.mjs';

/** A program the tests run, and the Debian package that brings it. */
const PROGRAMS = {
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffmpeg',
  chromium: 'chromium',
  'gst-launch-1.0': 'gstreamer1.0-tools',
  rtmpdump: 'rtmpdump',
  mpv: 'mpv',
  curl: 'curl',
  nginx: 'nginx-light',
  'nats-server': 'nats-server',
  prlimit: 'util-linux',
  faketime: 'faketime',
  go: 'golang-go',
  age: 'age',
  psql: 'postgresql-client',
};
/** Files without a program of their own: fonts, plug-ins, neutral texts. */
const FILES = {
  '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog': 'golang-golang-x-mod-dev',
  '/usr/share/gocode/src/github.com/klauspost/compress/zstd': 'golang-github-klauspost-compress-dev',
  '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc': 'fonts-wqy-microhei',
  '/usr/share/man/zh_CN/man1/ls.1.gz': 'manpages-zh',
  '/usr/share/debian-reference/debian-reference.zh-cn.txt.gz': 'debian-reference-zh-cn',
  '/usr/share/doc/gstreamer1.0-plugins-base': 'gstreamer1.0-plugins-base',
  '/usr/share/doc/gstreamer1.0-plugins-good': 'gstreamer1.0-plugins-good',
  '/usr/share/doc/gstreamer1.0-plugins-bad': 'gstreamer1.0-plugins-bad',
  '/usr/share/doc/gstreamer1.0-plugins-ugly': 'gstreamer1.0-plugins-ugly',
  '/usr/share/doc/gstreamer1.0-libav': 'gstreamer1.0-libav',
  '/usr/share/doc/libnginx-mod-rtmp': 'libnginx-mod-rtmp',
  '/usr/share/doc/libnginx-mod-nchan': 'libnginx-mod-nchan',
};

const path = `${process.env.PATH}:/usr/sbin:/sbin`;
const found = (program) => path.split(':').some((folder) => existsSync(join(folder, program)));
const missing = [
  ...new Set([
    ...Object.entries(PROGRAMS)
      .filter(([program]) => !found(program))
      .map(([, name]) => name),
    ...Object.entries(FILES)
      .filter(([file]) => !existsSync(file))
      .map(([, name]) => name),
  ]),
];
if (missing.length > 0) {
  if (process.getuid?.() !== 0 || !found('apt-get')) {
    console.error(
      `The tests need: ${missing.join(' ')}. Install them (Debian: apt-get install ${missing.join(' ')}) and run again.`,
    );
    process.exit(1);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  console.log(`Installing ${missing.join(' ')} …`);
  if (!(apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', ...missing)))
    process.exit(1);
}

install(true);
const all = process.argv.includes('--all');
const rest = process.argv.slice(2).filter((arg) => arg !== '--all');
const run = spawnSync(node24, [join(root, 'bin', 'suites.ts'), ...(all ? ['--all'] : []), ...rest], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_COMPILE_CACHE: compiled,
    PATH: `${join(root, 'node_modules', 'node', 'bin')}:${path}`,
  },
});
process.exit(run.status ?? 1);
