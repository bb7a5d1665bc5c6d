// Jest's settings for the tests in this folder.
module.exports = { testMatch: ['**/*.test.cjs'], transform: {}, testEnvironment: 'node' }
