curl -X POST \
-H "x-api-key: API_KEY" \
-H "content-type: application/json" -d '
{
"action": "sendsms",
"message-text": "MESSAGE_TEXT",
"to": "RECEIVER_PHONE_NUMBER_WITH_COUNTRY_CODE",
"from": "SENDER_NUMBER",
"from-mask": "SENDER_MASK",
"campaign-ref": "CAMPAIGN_REFERENCE",
"click-tracking": true/false
}' \
"API_ENDPOINT_URL"
