export const abuse = {
  title: 'Abuse cases',
  lead: 'Complaints of others about mail that left from here.',
  notYet:
    'This part is not there yet. Posthorn does not read such complaints, so no case can stand here, and none was lost: they come to your postmaster and abuse addresses like other mail.',
  will: 'What it will do',
  wills: [
    'Read complaints (ARF reports, and mail of blocklists) by itself.',
    'Find the mailbox that sent the mail, and say whether its password seems to be known to somebody else.',
    'Lock its sending where that is so, answer the complaint, and close the case.',
  ],
  today: 'What you can do today',
  steps: {
    find: 'Find who sent it',
    findNote:
      'Look for the Message-ID of the mail in the complaint, or for the queue id in our Received line. The journal says which mailbox it came from, and when and from where it was sent.',
    findGo: 'To the journal',
    lock: 'Lock its sending',
    lockNote: 'It reads its mail as before, and what it still has in the queue is held. A new password ends what a stranger has open.',
    lockGo: 'To the locks',
    queue: 'Look at what still waits',
    queueNote: 'What should not go out can be held or deleted, by recipient or by destination.',
    queueGo: 'To the queue',
    relays: 'See whether our addresses are listed',
    relaysNote: 'A listed one is taken out by itself. The case says where to apply for removal.',
    relaysGo: 'To the relays',
  },
}
