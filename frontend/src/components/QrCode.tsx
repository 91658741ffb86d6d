import { encode } from 'uqr';
import { texts } from '../texts';
import styles from './QrCode.module.css';

const QUIET_ZONE = 4; // modules of margin, as ISO/IEC 18004 asks for

/** A text as a QR code, always dark on light, since many readers know it only so. */
export function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { border: QUIET_ZONE });
  const dark = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      className={styles.code}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={texts.invite.qrCode}
      shapeRendering="crispEdges"
    >
      <path d={dark} fill="#000" />
    </svg>
  );
}
