curl -X POST \
-H "x-api-key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
-H "content-type: application/json" -d '
{
"action": "sendsms",
"message-text": "Visit https://www.fakeurl.com/ for more info.",
"to": "+10000000001",
"from": "00000",
"from-mask": "Dunder Mifflin",
"campaign-ref": "campaign2345",
"click-tracking": true
}' \
"API_ENDPOINT_URL"
