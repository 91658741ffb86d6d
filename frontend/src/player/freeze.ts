/** Puts the present picture of a video on a canvas that covers it, so that a change of source shows no gap. */
export function freeze(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  canvas.hidden = false;
}

/** Takes the canvas away with the next picture of the video. */
export function thawWithNextPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  if (canvas.hidden) return;
  const thaw = () => {
    canvas.hidden = true;
  };
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(thaw);
  else (video as HTMLVideoElement).addEventListener('loadeddata', thaw, { once: true });
}
