export const signIn = {
  title: 'Sign in',
  name: 'E-mail address or name',
  customer: 'For whom?',
  password: 'Password',
  submit: 'Sign in',
  nameMissing: 'Please enter your address.',
  passwordMissing: 'Please enter your password.',
  otherLanguage: 'Deutsch',
}
