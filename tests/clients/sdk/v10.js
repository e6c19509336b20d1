// The current line of Box's SDK, led to the simulator by its base URLs. node v10.js JOB.json store|change
'use strict';
const fs = require('fs');
const { pipeline } = require('stream/promises');
const { BoxClient, BoxJwtAuth, JwtConfig } = require('box-node-sdk');
const { BaseUrls } = require('box-node-sdk/lib/networking/baseUrls');
const { NetworkSession } = require('box-node-sdk/lib/networking/network');

const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

function connect() {
    const auth = new BoxJwtAuth({ config: JwtConfig.fromConfigFile(job.jwt_config) }).withUserSubject(job.user_id);
    const baseUrls = new BaseUrls({ baseUrl: job.url, uploadUrl: `${job.url}/api`, oauth2Url: `${job.url}/oauth2` });
    return new BoxClient({ auth, networkSession: new NetworkSession({ baseUrls }) });
}

async function entriesOf(client, folderId) {
    const page = await client.folders.getFolderItems(folderId, { queryParams: { limit: 1000 } });
    return Object.fromEntries(page.entries.map((entry) => [entry.name, entry.id]));
}

async function store(client) {
    const folder = await client.folders.createFolder({ name: job.folder, parent: { id: '0' } });
    await client.uploads.preflightFileUploadCheck({ name: 'small', size: fs.statSync(job.small).size, parent: { id: folder.id } });
    const direct = (content) => client.uploads.uploadFile({ attributes: { name: 'small', parent: { id: folder.id } }, file: content });
    const first = (await direct(fs.createReadStream(job.large_part))).entries[0];
    let refused;
    await direct(fs.createReadStream(job.small)).catch((error) => { refused = error.responseInfo.statusCode; });
    if (refused !== 409) throw new Error(`a second file of the same name was answered ${refused}`);
    await client.uploads.uploadFileVersion(first.id, { attributes: { name: 'small' }, file: fs.createReadStream(job.small) });
    const size = fs.statSync(job.large).size;
    const stored = await client.chunkedUploads.uploadBigFile(fs.createReadStream(job.large), 'large', size, folder.id);
    if (stored.size !== size) throw new Error(`${stored.size} bytes of ${size} were stored`);
}

async function change(client) {
    const folderId = (await entriesOf(client, '0'))[job.folder];
    const ids = await entriesOf(client, folderId);
    await pipeline(await client.downloads.downloadFile(ids.large), fs.createWriteStream(job.back));
    await client.files.updateFileById(ids.large, { requestBody: { name: 'renamed' } });
    await client.files.deleteFileById(ids.small);
    const left = Object.keys(await entriesOf(client, folderId));
    if (left.join() !== 'renamed') throw new Error(`the folder holds ${left}`);
}

async function main() {
    const client = connect();
    const me = await client.users.getUserMe();
    if (me.login !== job.login) throw new Error(`logged in as ${me.login}`);
    await { store, change }[process.argv[3]](client);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
