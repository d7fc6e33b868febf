import type { Text } from '../../base/language.ts'
import type { CheckName, CheckReasons } from '../../mail/check.ts'
import { sendingExplained } from './sending-explained.ts'

/**
 * What a finding means for people who know nothing of mail servers, and who can do what about it. `{sender}`, `{recipient}`, `{ip}`, `{host}` (the
 * client's name, or its address where it has none) and `{detail}` are put in.
 */
export interface Explained {
  readonly means: Text
  readonly help?: Text
}

/** Reasons that never keep a message from anybody: what they found says it all. */
interface Harmless {
  'connection-limits': never
  'early-talker': never
  sender: 'own address'
  'sending-limits': 'new recipient' | 'known recipient'
  address: 'mailbox' | 'forward' | 'list' | 'alias' | 'way back' | 'unsubscribe' | 'bounces' | 'left the list' | 'bounce noted' | 'no bounce'
  relay: 'to another server'
  size: never
  quota: never
  lists: 'off' | 'let through' | 'not listed' | 'allowed' | 'From may match' | 'always accepted'
  'reverse-lookup': 'verified'
  greylisting: 'came back' | 'known' | 'was written to' | 'trusted host' | 'let through' | 'allowed' | 'table unavailable'
  blocklists: 'not listed' | 'no answer'
  posting: never
  loop: never
  authentication: 'pass' | 'none' | 'fail' | 'temperror' | 'permerror' | 'proven by a sealer'
  virus: 'clean'
  'content-filter': 'may leave' | 'not spam'
  'message-form': never
  storage: never
  autoresponse: CheckReasons['autoresponse']
  'way-out': 'relay'
  'transport-security': CheckReasons['transport-security']
  sending: 'delivered'
  'next-attempt': 'at'
}

export type ExplainedReasons<Names extends CheckName = CheckName> = {
  readonly [Name in Names]: Readonly<Record<Exclude<CheckReasons[Name], Harmless[Name]>, Explained>>
}

const separately: Explained = {
  means: {
    en: 'One delivery can have one answer only, and this recipient might have needed another one than the first. The sending server brings it again, by itself and at once.',
    de: 'Eine Zustellung kann nur eine Antwort haben, und dieser Empfänger hätte vielleicht eine andere gebraucht als der erste. Der sendende Server bringt sie von selbst und sofort noch einmal.',
  },
}

const ourFault: Explained = {
  means: {
    en: 'This was our own fault and not the sender’s. The sending server tries again by itself; nothing is lost.',
    de: 'Das lag an diesem Server und nicht am Absender. Der sendende Server versucht es von selbst wieder; es geht nichts verloren.',
  },
  help: {
    en: 'If it happens again, the operator should look at the health of the server and its log.',
    de: 'Kommt es wieder vor, sollte der Betreiber den Zustand des Servers und sein Protokoll ansehen.',
  },
}

const brokenForm: Explained = {
  means: {
    en: 'The message is built in a way that the rules of mail forbid. Such messages are refused because attackers hide a second message in them.',
    de: 'Die Nachricht ist so gebaut, wie es die Regeln für Mail verbieten. Solche Nachrichten werden abgewiesen, weil Angreifer darin eine zweite Nachricht verstecken.',
  },
  help: {
    en: 'The sender’s mail program or server has to be put right; there is nothing to be switched off here.',
    de: 'Das Mailprogramm oder der Server des Absenders muss berichtigt werden; hier gibt es nichts abzuschalten.',
  },
}

const tooLarge: Explained = {
  means: { en: 'The message is larger than this mailbox’s plan takes.', de: 'Die Nachricht ist größer, als es der Tarif dieses Postfachs zulässt.' },
  help: {
    en: 'Ask the sender for a link to the file, or for smaller attachments. The operator can raise the limit of the plan.',
    de: 'Bitten Sie den Absender um einen Link zur Datei oder um kleinere Anhänge. Der Betreiber kann die Grenze des Tarifs anheben.',
  },
}

const usedUp: Explained = {
  means: {
    en: 'How much a mailbox may send is limited, so that a stolen password does little harm. Later it goes on by itself.',
    de: 'Wie viel ein Postfach senden darf, ist begrenzt, damit ein gestohlenes Passwort wenig Schaden anrichtet. Später geht es von selbst weiter.',
  },
  help: {
    en: 'If you need more, ask your provider for a higher limit. If it was not you who sent so much, change the password.',
    de: 'Brauchen Sie mehr, bitten Sie Ihren Anbieter um eine höhere Grenze. Haben nicht Sie so viel gesendet, ändern Sie das Passwort.',
  },
}

const dnsTrouble: Explained = {
  means: {
    en: 'Who the sending server is could not be found out just now. It tries again by itself, as a rule within minutes.',
    de: 'Wer der sendende Server ist, war gerade nicht zu ermitteln. Er versucht es von selbst wieder, meist innerhalb von Minuten.',
  },
  help: {
    en: 'If it goes on for hours, the name servers of the sender’s provider are at fault. With the check switched off for this address its mail comes all the same.',
    de: 'Dauert es Stunden, liegt es an den Nameservern beim Anbieter des Absenders. Ist die Prüfung für diese Adresse abgeschaltet, kommt seine Mail trotzdem.',
  },
}

const hostHelp: Text = {
  en: 'The provider of {ip} has to set its name in the DNS (PTR record, and an address record of that name that leads back). Until then you can switch the check off for this address.',
  de: 'Der Anbieter von {ip} muss dessen Namen im DNS eintragen (PTR-Eintrag und zu diesem Namen ein Adresseintrag, der zurückführt). Bis dahin können Sie die Prüfung für diese Adresse abschalten.',
}

const noName: Explained = {
  means: {
    en: 'Every proper mail server has a name that can be checked. This one has none, as it is with hijacked computers that send spam. The sender was told.',
    de: 'Jeder ordentliche Mailserver hat einen Namen, der sich nachprüfen lässt. Dieser hat keinen, wie es bei gekaperten Rechnern üblich ist, die Spam versenden. Der Absender hat es erfahren.',
  },
  help: hostHelp,
}

const listHelp: Text = {
  en: 'Who looks after the list can change who may write to it, or add the sender to its members.',
  de: 'Wer den Verteiler betreut, kann ändern, wer an ihn schreiben darf, oder den Absender als Mitglied aufnehmen.',
}

const filterTrouble: Explained = {
  means: {
    en: 'The message was not judged by the content filter and went its way without a score.',
    de: 'Der Inhaltsfilter hat die Nachricht nicht beurteilt; sie ging ohne Punkte ihren Weg.',
  },
}

const unsearched: Explained = {
  means: {
    en: 'Nobody can see what is inside, and viruses hide that way. What happens to such mail is the operator’s choice.',
    de: 'Niemand kann hineinsehen, und so verstecken sich Viren. Was mit solcher Mail geschieht, entscheidet der Betreiber.',
  },
  help: {
    en: 'Ask the sender to send the files in another way, or unpacked.',
    de: 'Bitten Sie den Absender, die Dateien auf anderem Weg oder unverpackt zu schicken.',
  },
}

const spamKept: Explained = {
  means: {
    en: 'The filter adds up points for everything that speaks for spam, and this message has more than this address allows.',
    de: 'Der Filter zählt Punkte für alles zusammen, was für Spam spricht, und diese Nachricht hat mehr, als diese Adresse erlaubt.',
  },
  help: {
    en: 'If it was none, say so here: the filter learns from it. Or always let this sender through.',
    de: 'War es keiner, sagen Sie es hier: der Filter lernt daraus. Oder lassen Sie diesen Absender immer durch.',
  },
}

const spamGone: Explained = {
  means: spamKept.means,
  help: {
    en: 'If it was none, always let this sender through and ask for the message once more: nobody has it any more. A less strict filter, or one that uses the folder for spam, loses nothing.',
    de: 'War es keiner, lassen Sie diesen Absender immer durch und bitten Sie ihn, die Nachricht noch einmal zu schicken: hier hat sie niemand mehr. Ein weniger strenger Filter oder einer, der den Spam-Ordner benutzt, verliert nichts.',
  },
}

/** What people have to know of each reason that can keep a message from somebody. */
export const explained: ExplainedReasons = {
  'connection-limits': {
    'too many at once': {
      means: {
        en: 'So many connections at once come from one place only when something is wrong there. Later ones are let in again.',
        de: 'So viele Verbindungen zugleich kommen nur dann von einem Ort, wenn dort etwas nicht stimmt. Spätere werden wieder zugelassen.',
      },
    },
    'too many a minute': {
      means: {
        en: 'So many connections in a minute come from one place only when something is wrong there. Later ones are let in again.',
        de: 'So viele Verbindungen in einer Minute kommen nur dann von einem Ort, wenn dort etwas nicht stimmt. Spätere werden wieder zugelassen.',
      },
    },
    'Too many recipients': {
      means: {
        en: 'The sending server has to bring the message to the rest of its recipients in another delivery, and does so by itself.',
        de: 'Der sendende Server muss die Nachricht den übrigen Empfängern in einer weiteren Zustellung bringen und tut das von selbst.',
      },
    },
    'too many errors': {
      means: {
        en: 'The sending program speaks so badly that the connection was closed. Mail servers do not do that; attackers do.',
        de: 'Das sendende Programm spricht so fehlerhaft, dass die Verbindung geschlossen wurde. Mailserver tun das nicht, Angreifer schon.',
      },
    },
    'too many unknown recipients': {
      means: {
        en: 'Somebody tries out which addresses there are. The connection was closed.',
        de: 'Jemand probiert aus, welche Adressen es gibt. Die Verbindung wurde geschlossen.',
      },
    },
  },
  'early-talker': {
    'spoke before the greeting': {
      means: {
        en: 'A mail server waits until it is greeted. This program did not, as it is with spam programs in a hurry.',
        de: 'Ein Mailserver wartet, bis er begrüßt wird. Dieses Programm tat es nicht, wie Spamprogramme in Eile.',
      },
      help: {
        en: 'If it is a proper server: the operator can shorten the wait (setting greeting.delay).',
        de: 'Ist es ein ordentlicher Server: der Betreiber kann die Wartezeit verkürzen (Einstellung greeting.delay).',
      },
    },
  },
  sender: {
    'sending locked': {
      means: {
        en: 'This mailbox may not send at present; receiving goes on. The reason that was given: {detail}',
        de: 'Dieses Postfach darf zurzeit nicht senden; Empfang geht weiter. Der angegebene Grund: {detail}',
      },
      help: { en: 'Ask your provider to unlock it.', de: 'Bitten Sie Ihren Anbieter, es freizugeben.' },
    },
    'not an address of the mailbox': {
      means: {
        en: 'A mailbox sends in its own name only, so that nobody can pose as somebody else.',
        de: 'Ein Postfach sendet nur unter eigenem Namen, damit sich niemand für jemand anderen ausgeben kann.',
      },
      help: {
        en: 'Set the sender in the mail program to an address of this mailbox, or make the other address an alias of it.',
        de: 'Stellen Sie im Mailprogramm eine Adresse dieses Postfachs als Absender ein, oder legen Sie die andere als Alias dafür an.',
      },
    },
    'no author': {
      means: { en: 'Every message has to say who wrote it.', de: 'Jede Nachricht muss sagen, wer sie geschrieben hat.' },
      help: { en: 'Set name and address in the mail program.', de: 'Stellen Sie im Mailprogramm Namen und Adresse ein.' },
    },
    'hidden author': {
      means: {
        en: 'Who wrote the message can be read in more than one way, which is how people are deceived.',
        de: 'Wer die Nachricht geschrieben hat, lässt sich auf mehr als eine Weise lesen; so werden Menschen getäuscht.',
      },
      help: {
        en: 'Write one address of this mailbox, without further addresses or odd characters in the name.',
        de: 'Geben Sie eine Adresse dieses Postfachs an, ohne weitere Adressen oder sonderbare Zeichen im Namen.',
      },
    },
    'names another': {
      means: {
        en: 'A mailbox sends in its own name only, so that nobody can pose as somebody else.',
        de: 'Ein Postfach sendet nur unter eigenem Namen, damit sich niemand für jemand anderen ausgeben kann.',
      },
      help: {
        en: 'Take the other address out of the message’s sender, or make it an alias of this mailbox.',
        de: 'Nehmen Sie die fremde Adresse aus dem Absender der Nachricht, oder legen Sie sie als Alias dieses Postfachs an.',
      },
    },
    'no reverse-path': {
      means: {
        en: 'Nobody would hear it if such a message did not arrive. Only receipts may go out like that.',
        de: 'Niemand würde erfahren, wenn eine solche Nachricht nicht ankäme. Nur Lesebestätigungen dürfen so hinaus.',
      },
    },
  },
  'sending-limits': {
    'messages-per-hour': usedUp,
    'messages-per-day': usedUp,
    'recipients-per-hour': usedUp,
    'recipients-per-day': usedUp,
    'new-recipients-per-day': usedUp,
  },
  address: {
    'no such address': {
      means: {
        en: 'Somebody wrote to {recipient}, which is no address of this domain. The sender was told at once.',
        de: 'Jemand schrieb an {recipient}; diese Adresse gibt es in der Domain nicht. Der Absender hat es sofort erfahren.',
      },
      help: {
        en: 'A slip of the pen? Tell the sender the right address, or make this one (an alias is enough).',
        de: 'Ein Tippfehler? Nennen Sie dem Absender die richtige Adresse, oder legen Sie diese an (ein Alias genügt).',
      },
    },
    'leads back to itself': {
      means: {
        en: 'The address forwards in a circle, so that nobody would ever get the message.',
        de: 'Die Adresse leitet im Kreis weiter; niemand bekäme die Nachricht je.',
      },
      help: { en: 'Change where it leads to.', de: 'Ändern Sie, wohin sie führt.' },
    },
    locked: {
      means: {
        en: 'The mailbox or its customer is locked for now. The sending server keeps trying for some days; what it brings after the lock is taken.',
        de: 'Das Postfach oder sein Kunde ist vorläufig gesperrt. Der sendende Server versucht es einige Tage lang; was er nach der Sperre bringt, wird angenommen.',
      },
      help: { en: 'Ask your provider why, and to unlock it.', de: 'Fragen Sie Ihren Anbieter nach dem Grund, und bitten Sie um Freigabe.' },
    },
    'no way back of ours': {
      means: {
        en: 'It looks like an answer to mail that was forwarded here, but was not made here or is too old. Nobody misses it.',
        de: 'Es sieht aus wie eine Rückmeldung zu Mail, die hier weitergeleitet wurde, stammt aber nicht von hier oder ist zu alt. Niemand vermisst sie.',
      },
    },
    'not a notice': {
      means: {
        en: 'The address is there for notices of mail servers only.',
        de: 'Die Adresse ist nur für Meldungen von Mailservern da.',
      },
      help: { en: 'Write to the person’s own address.', de: 'Schreiben Sie an die eigene Adresse der Person.' },
    },
  },
  relay: {
    'foreign domain': {
      means: {
        en: 'A stranger wanted to send mail to somebody else through this server. That is never allowed.',
        de: 'Ein Fremder wollte über diesen Server Mail an jemand anderen schicken. Das ist nie erlaubt.',
      },
      help: {
        en: 'If the domain should be here, add it. People who send have to sign in.',
        de: 'Gehört die Domain hierher, legen Sie sie an. Wer senden will, muss sich anmelden.',
      },
    },
    'held until': {
      means: {
        en: 'Its sender wished it delivered at a later time. Until then it waits in the queue.',
        de: 'Der Absender wollte sie erst später zugestellt haben. Bis dahin wartet sie in der Warteschlange.',
      },
    },
  },
  size: {
    'declared size': tooLarge,
    'true size': tooLarge,
    'Message too large': {
      means: {
        en: 'The message is larger than any plan of this server takes.',
        de: 'Die Nachricht ist größer, als es irgendein Tarif dieses Servers zulässt.',
      },
      help: tooLarge.help as Text,
    },
    'different policy': separately,
  },
  quota: {
    'mailbox full': {
      means: {
        en: 'There is no room left in the mailbox. Until there is, nothing new gets in.',
        de: 'Im Postfach ist kein Platz mehr. Bis wieder welcher da ist, kommt nichts Neues hinein.',
      },
      help: {
        en: 'Delete what is not needed and empty the trash, or get more storage. What waits at the sending server then comes by itself.',
        de: 'Löschen Sie, was Sie nicht brauchen, und leeren Sie den Papierkorb, oder nehmen Sie mehr Speicher. Was beim sendenden Server wartet, kommt dann von selbst.',
      },
    },
  },
  lists: {
    listed: {
      means: {
        en: 'Somebody has put this sender on the block list of the address (entry: {detail}).',
        de: 'Jemand hat diesen Absender auf die Sperrliste der Adresse gesetzt (Eintrag: {detail}).',
      },
      help: { en: 'Remove the entry, and the next message comes through.', de: 'Entfernen Sie den Eintrag, dann kommt die nächste Nachricht durch.' },
    },
    'not allowed': {
      means: {
        en: 'This address takes mail from listed senders only, and this one is not on the list.',
        de: 'Diese Adresse nimmt nur Mail von eingetragenen Absendern, und dieser steht nicht auf der Liste.',
      },
      help: {
        en: 'Add the sender to the list, and the next message comes through.',
        de: 'Tragen Sie den Absender ein, dann kommt die nächste Nachricht durch.',
      },
    },
    'host name unknown': dnsTrouble,
    'different policy': separately,
  },
  'reverse-lookup': {
    'no name': noName,
    'no name leads back': noName,
    'not the EHLO name': {
      means: {
        en: 'The sending server gives another name than its own.',
        de: 'Der sendende Server nennt einen anderen Namen als seinen eigenen.',
      },
      help: hostHelp,
    },
    'too many names': dnsTrouble,
    'DNS failed': dnsTrouble,
    'too late': dnsTrouble,
  },
  greylisting: {
    'first seen': {
      means: {
        en: 'Nobody here had mail from this sender by this way yet, so its server was asked to come again a little later. Proper servers do so by themselves, mostly within 5 to 30 minutes; most spam programs never do.',
        de: 'Von diesem Absender kam auf diesem Weg hier noch keine Mail; deshalb wurde sein Server gebeten, etwas später wiederzukommen. Ordentliche Server tun das von selbst, meist nach 5 bis 30 Minuten; die meisten Spamprogramme nie.',
      },
      help: {
        en: 'You can wait, or let this sender through now and always: the next attempt of its server then succeeds.',
        de: 'Sie können warten oder diesen Absender ab sofort immer durchlassen: dann gelingt der nächste Versuch seines Servers.',
      },
    },
    'too soon': {
      means: {
        en: 'The sending server came again before its wait was over. It keeps trying by itself.',
        de: 'Der sendende Server kam wieder, bevor die Wartezeit um war. Er versucht es von selbst weiter.',
      },
      help: {
        en: 'You can wait, or let this sender through now and always: the next attempt of its server then succeeds.',
        de: 'Sie können warten oder diesen Absender ab sofort immer durchlassen: dann gelingt der nächste Versuch seines Servers.',
      },
    },
  },
  blocklists: {
    listed: {
      means: {
        en: 'The sending server {ip} stands on a public list of servers that send spam ({detail}). The sender was told.',
        de: 'Der sendende Server {ip} steht auf einer öffentlichen Liste von Servern, die Spam versenden ({detail}). Der Absender hat es erfahren.',
      },
      help: {
        en: 'The sender’s provider has to see to it that the listing ends. You can let this sender through all the same.',
        de: 'Der Anbieter des Absenders muss dafür sorgen, dass der Eintrag endet. Sie können diesen Absender trotzdem durchlassen.',
      },
    },
  },
  posting: {
    'author not known now': {
      means: {
        en: 'Not everybody may write to the list, and who wrote this could not be proven just now. The sending server tries again by itself.',
        de: 'An den Verteiler dürfen nicht alle schreiben, und wer dies geschrieben hat, ließ sich gerade nicht belegen. Der sendende Server versucht es von selbst wieder.',
      },
    },
    'author not proven': {
      means: {
        en: 'Not everybody may write to the list, and nothing proves that the message is from whom it names. Else anybody could write in a member’s name.',
        de: 'An den Verteiler dürfen nicht alle schreiben, und nichts belegt, dass die Nachricht von dem ist, den sie nennt. Sonst könnte jeder im Namen eines Mitglieds schreiben.',
      },
      help: listHelp,
    },
    'not of its members': {
      means: { en: 'Only members of the list may write to it.', de: 'An den Verteiler dürfen nur seine Mitglieder schreiben.' },
      help: listHelp,
    },
    'not of its domain': {
      means: { en: 'Only people of the list’s own domain may write to it.', de: 'An den Verteiler dürfen nur Leute aus seiner eigenen Domain schreiben.' },
      help: listHelp,
    },
    'different policy': separately,
  },
  loop: {
    'was here already': {
      means: {
        en: 'The message was forwarded from here already and came back: the two addresses forward to each other.',
        de: 'Die Nachricht wurde von hier schon weitergeleitet und kam zurück: die beiden Adressen leiten aneinander weiter.',
      },
      help: { en: 'One of the two forwards has to end.', de: 'Eine der beiden Weiterleitungen muss enden.' },
    },
    'too many Received fields': {
      means: { en: 'Servers hand the message on to each other in a circle.', de: 'Server reichen die Nachricht einander im Kreis weiter.' },
      help: {
        en: 'Somewhere a forward leads back to where it began; it has to end.',
        de: 'Irgendwo führt eine Weiterleitung an ihren Anfang zurück; sie muss enden.',
      },
    },
  },
  authentication: {
    'claims our domain': {
      means: {
        en: 'The message says that it was written by somebody of {detail}, a domain of this server, but came from outside and nothing proves it. So forgers write to colleagues.',
        de: 'Die Nachricht gibt an, von jemandem aus {detail} zu sein, einer Domain dieses Servers, kam aber von außen, und nichts belegt es. So schreiben Fälscher an Kollegen.',
      },
      help: {
        en: 'If it is genuine (a newsletter or shop system of yours): it must sign with DKIM for the domain, or sign in here to send.',
        de: 'Ist sie echt (ein Newsletter- oder Shopsystem von Ihnen): es muss mit DKIM für die Domain signieren oder sich zum Senden hier anmelden.',
      },
    },
    'refused by DMARC': {
      means: {
        en: 'The message names {detail} as its author’s domain, but does not come from it by any proof; and that domain asks everybody to refuse such mail.',
        de: 'Die Nachricht nennt {detail} als Domain ihres Verfassers, kommt aber durch nichts belegt von dort; und diese Domain bittet alle, solche Mail abzuweisen.',
      },
      help: {
        en: 'Mostly it is a forgery. If not, the sender has to put SPF or DKIM of {detail} right. You can let the sender through all the same.',
        de: 'Meist ist es eine Fälschung. Wenn nicht, muss der Absender SPF oder DKIM von {detail} in Ordnung bringen. Sie können ihn trotzdem durchlassen.',
      },
    },
    'put aside by DMARC': {
      means: {
        en: 'The message names {detail} as its author’s domain, but does not come from it by any proof; so it was not put among genuine mail.',
        de: 'Die Nachricht nennt {detail} als Domain ihres Verfassers, kommt aber durch nichts belegt von dort; deshalb kam sie nicht zur echten Mail.',
      },
      help: {
        en: 'Look for it in the folder for spam. If it is genuine, the sender has to put SPF or DKIM of {detail} right; you can let the sender through all the same.',
        de: 'Sehen Sie im Spam-Ordner nach. Ist sie echt, muss der Absender SPF oder DKIM von {detail} in Ordnung bringen; Sie können ihn trotzdem durchlassen.',
      },
    },
  },
  virus: {
    virus: {
      means: {
        en: 'The message carries harmful software ({detail}). Its sender may not know: often a hijacked mailbox sends it.',
        de: 'Die Nachricht trägt Schadsoftware ({detail}). Ihr Absender weiß es vielleicht nicht: oft sendet sie ein gekapertes Postfach.',
      },
      help: {
        en: 'If you know the sender, warn him by telephone. Such mail cannot be let through.',
        de: 'Kennen Sie den Absender, warnen Sie ihn am Telefon. Solche Mail lässt sich nicht durchlassen.',
      },
    },
    'encrypted archive': unsearched,
    'beyond limits': unsearched,
    'too large': unsearched,
    away: {
      means: {
        en: 'The virus scanner was not to be reached. Whether mail then waits or is delivered unscanned is the operator’s choice.',
        de: 'Der Virenscanner war nicht zu erreichen. Ob Mail dann wartet oder ungeprüft zugestellt wird, entscheidet der Betreiber.',
      },
    },
    'too late': {
      means: {
        en: 'The virus scanner took too long. Whether mail then waits or is delivered unscanned is the operator’s choice.',
        de: 'Der Virenscanner brauchte zu lange. Ob Mail dann wartet oder ungeprüft zugestellt wird, entscheidet der Betreiber.',
      },
    },
    'different policy': separately,
  },
  'content-filter': {
    'outgoing spam, refused': {
      means: {
        en: 'What people send from here is looked at too, so that all others’ mail is still taken elsewhere. This message looks too much like spam.',
        de: 'Auch was von hier gesendet wird, wird angesehen, damit die Mail aller anderen anderswo noch angenommen wird. Diese Nachricht sieht zu sehr nach Spam aus.',
      },
      help: {
        en: 'Write it in plainer words and with fewer links. If it was not you who sent it, change the password.',
        de: 'Schreiben Sie sie schlichter und mit weniger Links. Haben nicht Sie sie gesendet, ändern Sie das Passwort.',
      },
    },
    'spam, delivered': spamKept,
    'spam, marked': spamKept,
    'spam, into the folder': spamKept,
    'spam, thrown away': spamGone,
    'spam, refused': spamGone,
    'too late': filterTrouble,
    'too busy': {
      means: {
        en: 'So much mail came at once that this one had to wait. The sending server brings it again by itself.',
        de: 'Es kam so viel Mail auf einmal, dass diese warten musste. Der sendende Server bringt sie von selbst noch einmal.',
      },
    },
    'fault of ours': filterTrouble,
    'different policy': separately,
  },
  'message-form': {
    'Message refused: CR without LF': brokenForm,
    'Message refused: LF without CR': brokenForm,
    'Message refused: NUL in it': brokenForm,
    'Message refused: a line of it is too long': brokenForm,
    'Header section too large': brokenForm,
  },
  storage: {
    'fault of ours': ourFault,
    'Temporary failure of this server, please try later': ourFault,
    'Not enough storage, please try later': ourFault,
  },
  autoresponse: {},
  'way-out': {},
  'transport-security': {},
  'next-attempt': {},
  ...sendingExplained,
}
