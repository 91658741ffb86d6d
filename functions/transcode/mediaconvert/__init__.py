"""MediaConvert as the back end: one job makes the pictures and the sound of a video.

``plan`` says what the job makes, ``document`` writes it down for the service, ``conversion`` starts it and sees it through, and
``outputs`` takes in what it made. Probe, captions, stills and publishing are those of the workers.
"""
