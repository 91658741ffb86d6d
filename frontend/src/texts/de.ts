import type { Texts } from '.';

/** German. */
export const de: Texts = {
  locale: 'de',
  ownName: 'Deutsch',
  appName: 'Matinee',
  tagline: 'Zusammen ein Video sehen, und danach bleibt nichts zurück.',
  loading: 'Wird geladen …',
  tryAgain: 'Noch einmal versuchen',
  reload: 'Seite neu laden',
  skipToContent: 'Zum Inhalt',
  language: 'Sprache',

  account: {
    heading: 'Konto',
    signIn: 'Anmelden',
    signUp: 'Konto eröffnen',
    toSignUp: 'Neu hier? Ein Konto eröffnen',
    toSignIn: 'Ich habe schon ein Konto',
    signOut: 'Abmelden',
    close: 'Konto schließen …',
    closeDialog: {
      title: 'Das Konto schließen?',
      body: 'Alle Vorführungen enden sofort, und ihre Videos werden endgültig gelöscht. Name und E-Mail-Adresse werden vergessen. Belege sind nicht mehr lesbar.',
      confirm: 'Konto schließen und alles löschen',
      cancel: 'Konto behalten',
    },
    email: 'E-Mail',
    password: 'Passwort',
    passwordHint: 'Mindestens 8 Zeichen.',
    name: 'Name',
    nameHint: 'Gäste sehen ihn nicht.',
  },

  home: {
    heading: 'Ihre Vorführungen',
    newSession: 'Neue Vorführung',
    title: 'Titel',
    endsAt: 'Endet um (freiwillig)',
    endsAtHint: 'Zu dieser Zeit endet die Vorführung von selbst, und alles darin wird gelöscht.',
    create: 'Vorführung anlegen',
    none: 'Noch gibt es keine Vorführung. Legen Sie oben die erste an.',
    more: 'Mehr zeigen',
    videos: (count) => (count === 1 ? '1 Video' : `${count} Videos`),
  },

  session: {
    state: { open: 'Offen', ending: 'Wird gelöscht', ended: 'Beendet' },
    created: (moment) => `Angelegt ${moment}`,
    endsIn: (wait, moment) => `Endet ${wait} (${moment})`,
    endedAt: (moment) => `Beendet ${moment}`,
    noEnd: 'Endet, wenn Sie sie beenden',
    end: 'Vorführung beenden',
    endDialog: {
      title: 'Diese Vorführung beenden?',
      body: 'Gäste können nicht mehr zusehen. All dies wird sofort und endgültig gelöscht, und Sie bekommen einen Beleg:',
      confirm: 'Beenden und alles löschen',
      cancel: 'Vorführung behalten',
    },
    toBeDeleted: {
      videos: (count, size) =>
        count === 1 ? `1 hochgeladenes Video (${size})` : `${count} hochgeladene Videos (${size})`,
      derived:
        'alles aus Videos Gemachte: Streams, Standbilder, Vorschauen, Untertitel; und unfertige Uploads',
      invite: 'der Einladungslink: niemand kommt mehr damit herein',
    },
    backToAll: 'Alle Vorführungen',
  },

  upload: {
    heading: 'Videos',
    choose: 'Videodateien wählen',
    drop: 'oder irgendwo auf dieser Seite fallen lassen',
    dropNow: 'Loslassen zum Hochladen',
    none: 'Noch keine Videos.',
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    cancel: 'Abbrechen',
    dismiss: 'Ausblenden',
    ofFile: (action, filename) => `${action}: ${filename}`,
    waiting: 'Wartet, bis es an der Reihe ist',
    starting: 'Beginnt …',
    paused: (share) => `Angehalten bei ${share}`,
    cancelling: 'Wird abgebrochen …',
    sent: (share) => `Hochgeladen ${share}`,
    speed: (bytes) => `${bytes}/s`,
    left: (wait) => `noch ${wait}`,
    unfinished: 'Noch nicht fertig hochgeladen. Wählen Sie dieselbe Datei noch einmal, dann geht es weiter.',
  },

  video: {
    preparing: (share) => `Wird vorbereitet ${share}`,
    queued: 'Hochgeladen, wird vorbereitet …',
    playable: (share) => `Kann angesehen werden, weitere Qualitäten folgen: ${share}`,
    ready: 'Kann angesehen werden',
    failed: 'Fehlgeschlagen',
    watch: 'Ansehen',
    watching: 'Läuft',
  },

  player: {
    loading: 'Das Video wird geholt …',
    reconnecting: 'Verbindung verloren. Neuer Versuch …',
    unplayable: 'Das Video ist stehen geblieben und ließ sich nicht wieder starten.',
    label: (filename) => `Player: ${filename}`,
    play: 'Abspielen',
    pause: 'Anhalten',
    playAgain: 'Noch einmal abspielen',
    back: '10 Sekunden zurück',
    forward: '10 Sekunden vor',
    seek: 'Zeitleiste',
    position: (time, duration) => `${time} von ${duration}`,
    coming: 'Wird noch vorbereitet',
    mute: 'Ton aus',
    unmute: 'Ton an',
    volume: 'Lautstärke',
    soundOn: 'Ton einschalten',
    settings: 'Einstellungen',
    chapter: 'Kapitel',
    chapterNumber: (number) => `Kapitel ${number}`,
    quality: 'Qualität',
    auto: 'Automatisch',
    autoNow: (quality) => `Automatisch (${quality})`,
    speed: 'Tempo',
    normalSpeed: 'Normal',
    audio: 'Ton',
    captions: 'Untertitel',
    captionsOff: 'Aus',
    captionSize: 'Schriftgröße',
    captionSizes: { small: 'Klein', medium: 'Mittel', large: 'Groß' },
    captionColours: 'Schriftfarbe',
    captionColourNames: {
      'white-on-black': 'Weiß auf Schwarz',
      'yellow-on-black': 'Gelb auf Schwarz',
      'black-on-white': 'Schwarz auf Weiß',
      outlined: 'Umrandet',
    },
    pictureInPicture: 'Bild im Bild',
    fullscreen: 'Ganzer Bildschirm',
    leaveFullscreen: 'Ganzen Bildschirm verlassen',
  },

  invite: {
    heading: 'Gäste',
    none: 'Machen Sie einen Link und schicken Sie ihn den Gästen. Sie sehen ohne Konto zu.',
    create: 'Einladungslink machen',
    label: 'Einladungslink',
    copy: 'Einladungslink kopieren',
    copied: 'Kopiert',
    copyByHand: 'Kopieren geht hier nicht. Der Link ist ausgewählt: drücken Sie Strg+C oder ⌘C.',
    qrCode: 'Der Einladungslink als QR-Code',
    sight: {
      heading: 'Wer was sieht',
      guests: 'Gäste',
      ofGuests:
        'Alle, die den Link haben, auch wenn er weitergegeben wurde: den Titel und die Videos, die angesehen werden können.',
      host: 'Sie',
      ofHost:
        'Dazu Uploads, Fehler und den Beleg. Gäste sehen weder Ihren Namen noch Ihre E-Mail-Adresse, und Sie sehen nicht, wer sie sind.',
      others: 'Andere',
      ofOthers:
        'Nichts. Ohne den gültigen Link oder Ihr Passwort öffnet niemand ein Video, auch nicht mit dessen Adresse.',
    },
    renew: 'Neuer Link',
    renewHint:
      'Dieser Browser merkt sich den Link. Ein neuer Link schließt alle aus, die mit einem älteren gekommen sind.',
    renewUnknown: 'Falls es schon einen Link gibt, schließt ein neuer alle aus, die mit ihm gekommen sind.',
    renewDialog: {
      title: 'Einen neuen Link machen?',
      body: 'Der bisherige gilt ab sofort nicht mehr, auch nicht für Gäste, die gerade zusehen.',
      confirm: 'Neuen Link machen',
      cancel: 'Bisherigen Link behalten',
    },
  },

  receipt: {
    heading: 'Beleg',
    pending: 'Alles wird gerade gelöscht. Der Beleg erscheint hier von selbst.',
    nothingLeft: 'Alles ist gelöscht. Eine letzte Prüfung fand 0 übrige Objekte.',
    somethingLeft: (count) => `${count} Objekte sind übrig.`,
    finished: 'Fertig',
    what: 'Was',
    found: 'Gefunden',
    deleted: 'Gelöscht',
    rows: {
      objects: 'Objekte',
      versions: 'Versionen',
      delete_markers: 'Löschmarken',
      multipart_uploads: 'Unfertige Uploads',
      bytes: 'Größe',
    },
    videos: 'Gelöschte Videos',
    download: 'Beleg herunterladen (JSON)',
  },

  watch: {
    invited: 'Sie sind zum Zusehen eingeladen',
    invitedBody: 'Ein Konto ist nicht nötig.',
    join: 'Hereinkommen',
    waiting: 'Noch gibt es nichts zu sehen',
    waitingBody: 'Das Video ist unterwegs. Es erscheint hier von selbst.',
    videos: 'Videos dieser Vorführung',
    ended: 'Diese Vorführung ist zu Ende',
    endedBody: 'Ihre Videos sind gelöscht. Danke fürs Zusehen.',
    closed: 'Diese Einladung gilt nicht',
    closedBody: 'Vielleicht gibt es schon eine neuere. Fragen Sie den Gastgeber nach dem gültigen Link.',
    needsLink: 'Dafür braucht es eine Einladung',
    needsLinkBody: 'Öffnen Sie den Link, den der Gastgeber Ihnen geschickt hat.',
    unknown: 'Diese Vorführung gibt es nicht',
    unknownBody: 'Prüfen Sie den Link, oder fragen Sie den Gastgeber noch einmal danach.',
  },

  notFound: {
    heading: 'Hier ist nichts',
    body: 'Die Adresse ist vielleicht vertippt, oder was dort war, ist fort.',
    home: 'Zur Startseite',
  },

  errors: {
    unexpected: 'Etwas ist schiefgegangen. Versuchen Sie es noch einmal.',
    offline: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung.',
    invalid_request:
      'Eine Eingabe hat nicht die richtige Form. Prüfen Sie sie, und versuchen Sie es noch einmal.',
    not_found: 'Unter dieser Adresse ist nichts. Prüfen Sie den Link.',
    method_not_allowed: 'App und Server passen nicht zusammen. Laden Sie die Seite neu.',
    request_too_large: 'Eine Eingabe ist zu lang. Kürzen Sie sie, und versuchen Sie es noch einmal.',
    internal: 'Bei uns ist etwas schiefgegangen. Versuchen Sie es noch einmal.',
    unavailable: 'Ein Teil des Dienstes ist gerade nicht erreichbar. Versuchen Sie es gleich noch einmal.',
    not_authenticated: 'Melden Sie sich zuerst an.',
    wrong_credentials: 'E-Mail-Adresse oder Passwort stimmen nicht. Prüfen Sie beides.',
    too_many_attempts: 'Zu viele Fehlversuche. Warten Sie eine Weile vor dem nächsten.',
    email_taken: 'Zu dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich damit an.',
    signup_closed: 'Hier können keine neuen Konten eröffnet werden. Fragen Sie den Betreiber nach einem.',
    forbidden: 'Diese Vorführung ist nicht für Sie. Melden Sie sich mit dem Konto an, dem sie gehört.',
    session_not_found: 'Diese Vorführung gibt es nicht. Prüfen Sie den Link.',
    session_ended:
      'Diese Vorführung ist zu Ende; ihre Videos sind gelöscht. Legen Sie für weitere eine neue an.',
    ends_at_in_past: 'Das Ende muss in der Zukunft liegen. Wählen Sie einen späteren Zeitpunkt.',
    invite_invalid:
      'Diese Einladung gilt nicht oder nicht mehr. Fragen Sie den Gastgeber nach dem gültigen Link.',
    receipt_not_ready: 'Der Beleg ist noch nicht geschrieben. Er erscheint, wenn alles gelöscht ist.',
    upload_too_large:
      'Die Datei ist größer, als dieser Dienst annimmt. Exportieren Sie sie in geringerer Qualität, oder laden Sie sie in Teilen hoch.',
    upload_size_unknown:
      'Der Browser kennt die Größe dieser Datei nicht. Speichern Sie sie auf diesem Gerät, und wählen Sie sie noch einmal.',
    upload_metadata_invalid:
      'Der Server nimmt den Namen dieser Datei nicht an. Benennen Sie sie um, und wählen Sie sie noch einmal.',
    upload_type_not_video:
      'Nur Video- und Audiodateien können hochgeladen werden. Wählen Sie eine andere Datei.',
    upload_gone: 'Der Server hat diesen Upload nicht mehr. Wählen Sie die Datei noch einmal.',
    upload_locked: 'Der Server ist noch mit diesem Upload beschäftigt. Setzen Sie ihn gleich fort.',
    upload_finished:
      'Dieser Upload ist vollständig und nicht mehr abzubrechen. Er verschwindet mit der Vorführung.',
    too_many_videos: 'Diese Vorführung fasst keine weiteren Videos. Legen Sie dafür eine andere an.',
    hook_forbidden: 'Der Server nimmt diesen Aufruf nicht von einem Browser an.',
  },

  videoFailures: {
    not_a_video: 'Diese Datei ist weder Video noch Audio. Laden Sie das Video selbst hoch.',
    corrupt:
      'Die Datei ist beschädigt: Bild und Ton sind nicht lesbar. Exportieren oder kopieren Sie sie neu.',
    no_streams: 'Die Datei enthält weder Bild noch Ton. Exportieren Sie sie mit wenigstens einem davon.',
    too_long: 'Das Video ist länger, als dieser Dienst annimmt. Laden Sie es in Teilen hoch.',
    too_large:
      'Die Datei ist größer, als dieser Dienst annimmt. Exportieren Sie sie in geringerer Qualität, oder laden Sie sie in Teilen hoch.',
    too_many_pixels: 'Das Bild ist größer, als dieser Dienst annimmt. Exportieren Sie es kleiner.',
    encrypted: 'Die Datei ist verschlüsselt oder kopiergeschützt. Laden Sie eine ungeschützte Kopie hoch.',
    unsupported_codec: 'Dieses Format kann nicht gelesen werden. Exportieren Sie als MP4 (H.264).',
    forbidden_format: 'Eine solche Datei verweist nur auf andere. Laden Sie das Video selbst hoch.',
    internal: 'Das Video konnte wegen eines Fehlers bei uns nicht vorbereitet werden. Laden Sie es neu hoch.',
  },

  videoWarnings: {
    truncated:
      'Die Datei ist unvollständig: Sie endet zu früh. Gezeigt wird, was da ist. Laden Sie eine ganze Kopie hoch, wenn Sie eine haben.',
    damaged:
      'Teile der Datei sind beschädigt: Dort steht das Bild oder ist schwarz. Laden Sie eine heile Kopie hoch, wenn Sie eine haben.',
    sound_left_out:
      'Ein Teil des Tons ist nicht lesbar und fehlt. Brauchen Sie ihn, exportieren Sie die Datei neu mit AAC-Ton.',
    bitmap_captions_left_out:
      'Die Untertitel der Datei sind Bilder und fehlen. Untertitel als Text (SRT) können gezeigt werden.',
  },
};
