// Reads {address: playlist} as JSON from its input, parses each playlist in hls-parser's strict mode, and says what is wrong.
import { readFileSync } from 'node:fs';
import HLS from 'hls-parser';

HLS.setOptions({ strictMode: true });
for (const [address, playlist] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  try {
    HLS.parse(playlist);
  } catch (error) {
    console.log(`${address}: ${error.message}`);
    process.exitCode = 1;
  }
}
