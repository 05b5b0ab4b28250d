// A stand-in for the Node module: node-redis 3.1, used as pip-services3-redis-nodex uses it.
//
//   node sibling.js PORT store KEY JSON TIMEOUT     prints "stored"
//   node sibling.js PORT retrieve KEY               prints the value as JSON text, or null
//   node sibling.js PORT acquire KEY TOKEN TTL      prints true or false
//   node sibling.js PORT release KEY TOKEN          prints true or false
'use strict';

const redis = require('redis');

const [port, command, key, ...rest] = process.argv.slice(2);
const client = redis.createClient({ host: '127.0.0.1', port: Number(port) });

const RELEASE = `
  if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
  return 0`;

function print(error, result) {
  if (error) {
    console.error(error);
    process.exitCode = 1;
  } else {
    console.log(result);
  }
  client.quit();
}

const commands = {
  store([json, timeout]) {
    const value = JSON.stringify(JSON.parse(json));
    client.set(key, value, 'PX', Number(timeout), (e, reply) => print(e, reply === 'OK' && 'stored'));
  },
  retrieve() {
    client.get(key, (e, text) => print(e, e || JSON.stringify(JSON.parse(text))));
  },
  acquire([token, ttl]) {
    client.set(key, token, 'NX', 'PX', Number(ttl), (e, reply) => print(e, reply === 'OK'));
  },
  release([token]) {
    client.eval(RELEASE, 1, key, token, (e, count) => print(e, count === 1));
  },
};

client.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
commands[command](rest);
