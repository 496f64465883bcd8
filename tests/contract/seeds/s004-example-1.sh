curl -X POST \
-H "x-api-key: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
-H "content-type: application/json" -d '
{
"action": "sendsms",
"message-text": "This message is sent for testing purposes only.",
"to": "+10000000001",
"from": "00000"
}' \
"API_ENDPOINT_URL"
