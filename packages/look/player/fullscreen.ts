/**
 * Fills the screen with a player, or gives it back. Phones that only let a video fill the screen
 * (iPhones) do that: without danmaku, but with the picture.
 */
export function toggleFullscreen(player: HTMLElement): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (player.requestFullscreen) void player.requestFullscreen().catch(() => undefined);
  else {
    const video = player.querySelector<HTMLVideoElement & { webkitEnterFullscreen?: () => void }>('video');
    video?.webkitEnterFullscreen?.();
  }
}
