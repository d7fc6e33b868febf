export const signIn = {
  title: 'Sign in',
  name: 'E-mail address or name',
  customer: 'For whom?',
  password: 'Password',
  submit: 'Sign in',
  passkey: 'With a passkey',
  provider: (name: string) => `Sign in with ${name}`,
  code: 'Code',
  codeNote: 'From your authenticator app, or one of your recovery codes.',
  nameMissing: 'Please enter your address.',
  passwordMissing: 'Please enter your password.',
  otherLanguage: 'Deutsch',
}
