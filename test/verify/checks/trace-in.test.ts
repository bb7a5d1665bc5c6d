// Stack traces are found in answers, and what only looks like one is not.
import { expect, it } from 'vitest'
import { traceIn } from '../../../src/verify/checks/trace-in.js'

it.each([
  'Error: no\n    at verify (/srv/app/hook.js:12:3)',
  'Error: no\n    at async file:///srv/app/hook.mjs:1:2',
  'RuntimeException: no in /srv/app/hook.php:12\nStack trace:\n#0 {main}',
  '#0 /srv/app/hook.php(12): verify()',
  'Fatal error: Uncaught Error in <b>/var/www/hook.php</b> on line <b>12</b>',
  'Warning: Undefined array key in /var/www/hook.php on line 12',
  'Traceback (most recent call last):',
  '  File "/srv/app/hook.py", line 3, in handle',
  'panic: no\n\ngoroutine 1 [running]:\nmain.main()',
  '\t/srv/app/hook.go:12 +0x1d',
  'at com.example.Hook.verify(Hook.java:12)',
  'at java.base/java.lang.Thread.run(Thread.java:840)',
  'at Hooks.Verify(String body) in C:\\app\\Hook.cs:line 12',
  "hook.rb:12:in `verify'",
])('%j reveals where the error is', text => expect(traceIn(text)).toBeDefined())

it.each([
  'signature missing, invalid or too old',
  'no route for POST /hooks/kyc.php',
  'https://docs.example.com/var/errors.js tells more',
  'invalid JSON at line 1, column 12',
  'not found in /webhooks',
  'at 10:12:13',
  'content-type: application/json',
])('%j reveals nothing', text => expect(traceIn(text)).toBeUndefined())
