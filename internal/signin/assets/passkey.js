// Signs in with passkeys, and makes them (WebAuthn Level 3). The pages work without
// this file, except for that.
'use strict';

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const back = document.currentScript.dataset.return || '';

  async function post(kind, step, body) {
    const answer = await fetch(`/signin/passkey/${kind}/${step}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const result = await answer.json();
    if (!answer.ok) throw new Error(result.error);
    return result;
  }

  const described = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  async function create(options) {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
      },
    });
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      clientExtensionResults: made.getClientExtensionResults(),
      response: {
        clientDataJSON: text(made.response.clientDataJSON),
        attestationObject: text(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  }

  async function get(options) {
    const used = await navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: described(options.allowCredentials) },
    });
    return {
      id: used.id,
      rawId: text(used.rawId),
      type: used.type,
      clientExtensionResults: used.getClientExtensionResults(),
      response: {
        clientDataJSON: text(used.response.clientDataJSON),
        authenticatorData: text(used.response.authenticatorData),
        signature: text(used.response.signature),
        userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
      },
    };
  }

  async function run(kind, form) {
    const { options } = await post(kind, 'begin', {});
    const response = kind === 'enrol' ? await create(options) : await get(options);
    const name = form ? new FormData(form).get('name') : '';
    const { location } = await post(kind, 'finish', { response, name, return: back });
    window.location.assign(location);
  }

  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll('[data-passkey]')) {
    part.hidden = false;
    const button = part.querySelector('button');
    const status = part.querySelector('[role=status]');
    const isForm = part.tagName === 'FORM';
    part.addEventListener(isForm ? 'submit' : 'click', async (event) => {
      if (!isForm && !button.contains(event.target)) return;
      event.preventDefault();
      button.disabled = true;
      status.textContent = '';
      try {
        await run(part.dataset.passkey, isForm ? part : null);
      } catch (error) {
        // The browser's own dialog was closed: nothing to tell.
        if (error.name !== 'NotAllowedError' && error.name !== 'AbortError') status.textContent = error.message;
      }
      button.disabled = false;
    });
  }
})();
