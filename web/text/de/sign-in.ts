import type { Like } from '../catalogue.ts'
import type { signIn as english } from '../en/sign-in.ts'

export const signIn: Like<typeof english> = {
  title: 'Anmelden',
  name: 'E-Mail-Adresse oder Name',
  customer: 'Für wen?',
  password: 'Passwort',
  submit: 'Anmelden',
  passkey: 'Mit Passkey',
  provider: (name) => `Anmelden mit ${name}`,
  code: 'Code',
  codeNote: 'Aus Ihrer Authenticator-App, oder einer Ihrer Wiederherstellungscodes.',
  nameMissing: 'Bitte geben Sie Ihre Adresse ein.',
  passwordMissing: 'Bitte geben Sie Ihr Passwort ein.',
  otherLanguage: 'English',
}
