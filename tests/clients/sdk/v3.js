// The line of Box's SDK before, with Box's own host names, through the simulator's proxy. node v3.js JOB.json store|change
'use strict';
const fs = require('fs');
const { pipeline } = require('stream/promises');
const BoxSDK = require('box-node-sdk-3');

const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function connect() {
    const sdk = BoxSDK.getPreconfiguredInstance(JSON.parse(fs.readFileSync(job.jwt_config, 'utf8')));
    sdk.configure({ proxy: { url: job.proxy } });
    // The service account, acting for the user by header.
    const client = sdk.getAppAuthClient('enterprise');
    client.asUser(job.user_id);
    return client;
}

async function entriesOf(client, folderId) {
    const page = await client.folders.getItems(folderId, { usemarker: true, limit: 1000 });
    return Object.fromEntries(page.entries.map((entry) => [entry.name, entry.id]));
}

async function store(client) {
    const folder = await client.folders.create('0', job.folder);
    await client.files.preflightUploadFile(folder.id, { name: 'small', size: fs.statSync(job.small).size });
    const first = (await client.files.uploadFile(folder.id, 'small', fs.createReadStream(job.large_part))).entries[0];
    let refused;
    await client.files.uploadFile(folder.id, 'small', fs.createReadStream(job.small)).catch((error) => { refused = error.statusCode; });
    if (refused !== 409) throw new Error(`a second file of the same name was answered ${refused}`);
    await client.files.uploadNewFileVersion(first.id, fs.createReadStream(job.small));
    const size = fs.statSync(job.large).size;
    const uploader = await client.files.getChunkedUploader(folder.id, size, 'large', fs.createReadStream(job.large));
    const stored = await uploader.start();
    if (stored.entries[0].size !== size) throw new Error(`${stored.entries[0].size} bytes of ${size} were stored`);
}

async function change(client) {
    const folderId = (await entriesOf(client, '0'))[job.folder];
    const ids = await entriesOf(client, folderId);
    await pipeline(await client.files.getReadStream(ids.large), fs.createWriteStream(job.back));
    await client.files.update(ids.large, { name: 'renamed' });
    await client.files.delete(ids.small);
    const left = Object.keys(await entriesOf(client, folderId));
    if (left.join() !== 'renamed') throw new Error(`the folder holds ${left}`);
}

async function main() {
    const client = connect();
    const me = await client.users.get('me');
    if (me.login !== job.login) throw new Error(`logged in as ${me.login}`);
    await { store, change }[process.argv[3]](client);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
