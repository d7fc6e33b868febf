/** A message that is like no other, whose octets say which one it is; lines end in CRLF. */
export function makeMessage(number: number, { to = 'ann@a.example', bodyLines = 10 } = {}): string {
  const day = new Date(Date.UTC(2026, 0, 1) + number * 3_600_000)
  return [
    `Message-ID: <m${number}@sender.example>`,
    `Date: ${day.toUTCString().replace('GMT', '+0000')}`,
    `From: "Sender ${number}" <s${number}@sender.example>`,
    `To: <${to}>`,
    `Subject: Message ${number} =?utf-8?q?f=C3=BCr?= you`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...Array.from({ length: bodyLines }, (_, line) => `Line ${line} of message ${number}: Grüße, ${'x'.repeat((number * 7 + line) % 60)}`),
    '',
  ].join('\r\n')
}
