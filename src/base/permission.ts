/**
 * What one may be allowed to do. `see`: names, settings, counts, what became of mail. `help`: what a help desk does: lists, letting a sender
 * through, autoresponders, freeing what is held. `manage`: add, change, remove. `mail`: what would let one read others' mail: passwords,
 * forwarding a mailbox, sharing its folders. `people`: who works for the customer, and by which tokens. `operate`: the installation.
 */
export const permissions = ['see', 'help', 'manage', 'mail', 'people', 'operate'] as const
export type Permission = (typeof permissions)[number]
