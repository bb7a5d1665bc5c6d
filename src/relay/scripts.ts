// What Redis does in one step: looking at requests that have waited for long, and giving results.

/** What became of a request: nobody has it, nobody took it and it is taken back now, a sender left it, or a sender is at it. */
export type Looked = 'gone' | 'waiting' | 'abandoned' | 'taken'

/** KEYS: requests. ARGV: group, idle ms after which a sender has left one, ids. Takes back what nobody is at. */
export const LOOK_AT = `
local looked = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local taken = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1)[1]
  local is = 'taken'
  if #redis.call('XRANGE', KEYS[1], id, id) == 0 then is = 'gone'
  elseif not taken then is = 'waiting'
  elseif taken[3] > tonumber(ARGV[2]) then is = 'abandoned' end
  if is == 'waiting' or is == 'abandoned' then
    redis.call('XACK', KEYS[1], ARGV[1], id)
    redis.call('XDEL', KEYS[1], id)
  end
  looked[i - 2] = is
end
return looked`

/** KEYS: requests, results. ARGV: group, the results, their ids. Answers nil where the owner has no stream of results. */
export const GIVE = `
local given = redis.call('XADD', KEYS[2], 'NOMKSTREAM', '*', 'results', ARGV[2])
for i = 3, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
return given`
