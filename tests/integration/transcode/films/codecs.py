"""Every codec and pixel format that an original is likely to have."""

from tests.integration.transcode.films.making import Film, encoded
from tests.integration.transcode.films.options import AAC, FFV1, FLAC, MP2, MPEG2, OPUS, PCM, USUAL, VP8, VP9, X264, X265
from tests.integration.transcode.scene import picture, sound

CODECS = [
    Film("h264-10bit.mp4", encoded(f"{USUAL} -pix_fmt yuv420p10le")),
    Film("h264-422.mov", encoded(f"{USUAL} -pix_fmt yuv422p")),
    Film("h264-444.mp4", encoded(f"{USUAL} -pix_fmt yuv444p")),
    Film("h264-full-range.mp4", encoded(f"{USUAL} -pix_fmt yuvj420p -vf scale=out_range=pc")),
    Film("h264-rgb.mkv", encoded(f"-c:v libx264rgb -preset ultrafast {FLAC}")),
    Film("hevc.mp4", encoded(f"{X265} -tag:v hvc1 {AAC}")),
    Film("hevc-10bit.mkv", encoded(f"{X265} -pix_fmt yuv420p10le -c:a eac3")),
    Film("av1.mp4", encoded(f"-c:v libsvtav1 -preset 12 -svtav1-params lp=1 {AAC}")),
    Film("vp9-444.webm", encoded(f"{VP9} -pix_fmt yuv444p {OPUS}")),
    Film("mpeg2-422.ts", encoded(f"{MPEG2} -pix_fmt yuv422p -b:v 4M {MP2}")),
    Film("prores.mov", encoded("-c:v prores_ks -profile:v proxy -c:a pcm_s24le")),
    Film("prores-4444.mov", encoded("-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le -c:a alac")),
    Film("dnxhr.mov", encoded(f"-c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p {PCM}")),
    Film("mjpeg.avi", encoded(f"-c:v mjpeg -pix_fmt yuvj422p -q:v 3 {PCM}")),
    Film("mjpeg.mov", encoded("-c:v mjpeg -pix_fmt yuvj420p -q:v 3 -c:a pcm_u8")),
    Film("tape.dv", encoded(f"-c:v dvvideo -pix_fmt yuv420p -aspect 4:3 {PCM}", picture("720x576"), sound()), size=(768, 576)),
    Film("png.mov", encoded("-c:v png -c:a pcm_s16be")),
    Film("animation.mov", encoded("-c:v qtrle -c:a pcm_s16be")),
    Film("ffv1.mkv", encoded(f"{FFV1} {FLAC}")),
    Film("loop.gif", encoded("", picture()), sounds=0),
    Film("camera.h264", encoded(f"{X264} -bsf:v h264_metadata=aud=insert", picture()), sounds=0),
    Film("drone.h265", encoded(X265, picture()), sounds=0),
    Film("old.m2v", encoded(f"{MPEG2} -b:v 2M", picture()), sounds=0),
    Film("conference.ivf", encoded(VP8, picture()), sounds=0),
]
