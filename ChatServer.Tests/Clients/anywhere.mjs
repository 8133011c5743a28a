// Loaded before a script by node --import: every name is this machine, so that a script can call a site by the name it has elsewhere.
import dns from 'node:dns';

const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup('127.0.0.1', ...rest);
