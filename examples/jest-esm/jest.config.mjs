// Jest's settings for the tests in this folder.
export default {
  testMatch: ['**/*.test.mjs'],
  moduleFileExtensions: ['mjs', 'js', 'json'],
  transform: {},
  testEnvironment: 'node',
}
