/** How a start without the viewer's hand went; `refused` leaves it to the play button. */
export type Start = 'with-sound' | 'muted' | 'refused';

/** Starts a video, without sound where the browser allows it only so. */
export async function start(video: HTMLVideoElement): Promise<Start> {
  try {
    await video.play();
    return 'with-sound';
  } catch (refusal) {
    // Anything else is a new source or a pause in between, and no reason to take the sound away.
    if (!(refusal instanceof DOMException) || refusal.name !== 'NotAllowedError') return 'refused';
  }
  video.muted = true;
  return video.play().then(
    () => 'muted',
    () => 'refused',
  );
}
