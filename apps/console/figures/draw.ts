/** Films that are loaded at once: each holds a decoder and a connection of the few a browser has per host. */
const AT_ONCE = 3;
const LATE_MS = 8_000;
const LOOKS = 5;
const LOOK_EACH_MS = 80;
const POINTS = 8;

type Job = { url: string; done: (video: HTMLVideoElement | undefined) => void; signal: AbortSignal };
const waiting: Job[] = [];
let running = 0;

/**
 * Draws the first picture of a film into a canvas at the film's own size: the browser decodes, the server does
 * not. What stood there stays until the new picture is ready. Resolves to whether it was drawn.
 */
export async function draw(url: string, canvas: HTMLCanvasElement, signal: AbortSignal): Promise<boolean> {
  const video = await new Promise<HTMLVideoElement | undefined>((done) => {
    waiting.push({ url, done, signal });
    next();
  });
  if (!video) return false;
  // A busy browser says the picture is there some time before it draws it: black is looked at again.
  for (let n = 0; n < LOOKS && isBlack(video) && !signal.aborted; n++)
    await new Promise((done) => setTimeout(done, LOOK_EACH_MS));
  if (signal.aborted) {
    release(video);
    return false;
  }
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  release(video);
  return true;
}

/** True where a few points of the picture are all black, or there is no picture. */
function isBlack(video: HTMLVideoElement): boolean {
  const small = new OffscreenCanvas(POINTS, POINTS).getContext('2d', { willReadFrequently: true });
  small?.drawImage(video, 0, 0, POINTS, POINTS);
  const { data } = small?.getImageData(0, 0, POINTS, POINTS) ?? { data: new Uint8ClampedArray() };
  return data.every((value, n) => n % 4 === 3 || value === 0);
}

function next(): void {
  while (running < AT_ONCE) {
    const job = waiting.shift();
    if (!job) return;
    if (job.signal.aborted) {
      job.done(undefined);
      continue;
    }
    running++;
    load(job).then((video) => {
      running--;
      job.done(video);
      next();
    });
  }
}

function load({ url, signal }: Job): Promise<HTMLVideoElement | undefined> {
  const video = document.createElement('video');
  video.muted = true;
  // Media has an origin of its own; without this its pictures could be drawn and not looked at.
  video.crossOrigin = 'anonymous';
  video.playsInline = true;
  video.preload = 'auto';
  video.src = url;
  return new Promise((done) => {
    const failed = (): void => end(undefined);
    const drawn = (): void => end(video);
    const late = setTimeout(failed, LATE_MS);
    const end = (answer: HTMLVideoElement | undefined): void => {
      clearTimeout(late);
      video.removeEventListener('loadeddata', drawn);
      video.removeEventListener('error', failed);
      signal.removeEventListener('abort', failed);
      if (!answer) release(video);
      done(answer);
    };
    video.addEventListener('loadeddata', drawn);
    video.addEventListener('error', failed);
    signal.addEventListener('abort', failed);
  });
}

/** Gives decoder and connection back at once, not when the element is collected. */
function release(video: HTMLVideoElement): void {
  video.removeAttribute('src');
  video.load();
}
