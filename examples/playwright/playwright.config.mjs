// Playwright's settings for the tests in this folder.
export default { testMatch: '*.spec.mjs', reporter: 'list' }
