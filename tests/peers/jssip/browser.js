// A browser's telephone: the SIP of JsSIP over the WebSocket of ws, both foreign. What a browser has and Node has not is stood
// in for below: its peer connection describes plain RTP, and returns every packet to where it came from.
//
//   node browser.js WEBSOCKET_URL SIP_URI PASSWORD [NUMBER]
//
// It registers, says "registered", and answers whoever calls; with a NUMBER it calls that, and hangs up after a second. Each event is a
// line. It ends with its last call, after taking its registration back: 0 when that call was answered.
'use strict';

const dgram = require('node:dgram');

class EchoingConnection extends EventTarget {
  constructor() {
    super();
    this.iceGatheringState = 'complete';
    this.iceConnectionState = 'connected';
    this.signalingState = 'stable';
    this.socket = dgram.createSocket('udp4');
    this.socket.on('message', (packet, from) => this.socket.send(packet, from.port, from.address));
    this.bound = new Promise(bound => this.socket.bind(0, address, bound));
  }

  async describe(type) {
    await this.bound;
    const lines = ['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0',
      `m=audio ${this.socket.address().port} RTP/AVP 8`, 'a=rtpmap:8 PCMA/8000', ''];
    return { type, sdp: lines.join('\r\n') };
  }

  createOffer() { return this.describe('offer'); }
  createAnswer() { return this.describe('answer'); }
  async setLocalDescription(description) { this.localDescription = description; }
  async setRemoteDescription(description) { this.remoteDescription = description; }
  getSenders() { return []; }
  getReceivers() { return []; }
  close() { this.socket.close(); }
}

const [url, uri, password, number] = process.argv.slice(2);
const address = new URL(url).hostname;
globalThis.window = globalThis;
globalThis.WebSocket = require('ws');
globalThis.RTCPeerConnection = EchoingConnection;
globalThis.RTCSessionDescription = class { constructor(description) { Object.assign(this, description); } };

const JsSIP = require('jssip');
const say = line => process.stdout.write(`${line}\n`);
const media = { mediaConstraints: { audio: false, video: false } };
const agent = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)], uri, password, register_expires: 600 });
let answered = false;

agent.on('registered', () => {
  say('registered');
  if (number) agent.call(number, media);
});
agent.on('registrationFailed', ({ cause }) => { say(`not registered: ${cause}`); process.exit(1); });
agent.on('newRTCSession', ({ session, originator }) => {
  session.on('confirmed', () => { say('confirmed'); answered = true; });
  session.on('ended', ({ cause }) => { say(`ended: ${cause}`); agent.stop(); });
  session.on('failed', ({ cause }) => { say(`failed: ${cause}`); agent.stop(); });
  if (originator === 'remote') session.answer(media);
  else session.on('confirmed', () => setTimeout(() => session.terminate(), 1000));
});
agent.on('disconnected', () => process.exit(answered ? 0 : 1));
agent.start();
