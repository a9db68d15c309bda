// The command line: `npx signalbox send …` plays a vendor, `npx signalbox key …` makes the key of one that signs with its own.
import './local/timing-safe.ts';
import { makeKey } from './send/key.ts';
import { send } from './send/send.ts';
import { UsageError } from './send/usage.ts';

const usage = `Plays a vendor: makes a webhook delivery as the vendor would, signs it, and sends it to your box.

  npx signalbox send <provider> <event> [options]
      --source <name>        the source it is for; default: the only one of that provider in src/sources.ts
      --url <url>            where the box is (default http://127.0.0.1:8787), or the whole webhook URL
      --secret <text>        the source's secret; default: the one in .dev.vars by the name that the source declares
      --private-key <file>   for vendors that sign with a key of their own: the file that \`signalbox key\` made
      --tamper <what>        body, signature, timestamp or secret: what a forger would change; the box must answer 401
      --count <n>            that many events, one after the other
      --dry-run              print the request, send nothing
      --curl                 print it as a curl command, send nothing
  npx signalbox send <provider>       the provider's events that have samples; any other name gets a plain one
  npx signalbox key <provider> <file> make a key pair: the private half into the file, the public half to put in .dev.vars

It exits with 0 if every answer is 2xx, with 1 if one is not, and with 2 if it can't be sent.
`;

// A reader that has seen enough (`… | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const [command, ...rest] = process.argv.slice(2);
/** Wherever it stands: whoever asks for help wants nothing sent. */
const asksForHelp = process.argv.slice(2).some((text) => text === '--help' || text === '-h');
try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function run(): Promise<number> {
  switch (asksForHelp ? 'help' : command) {
    case 'send':
      return send(rest);
    case 'key':
      return makeKey(rest);
    case undefined:
    case 'help':
      process.stdout.write(usage);
      return 0;
    default:
      throw new UsageError(`Cannot run '${command}' as the commands are send and key.\n\n${usage}`);
  }
}
