curl --location --request POST 'https://test.your-api-server.com/api/sms/send-message/v1' \
--header 'X-ServiceAccount-ID;' \
--header 'X-Organisation-ID;' \
--header 'Content-Type: application/json' \
--data-raw '{
    "messageId": "string",
    "referenceId1": "string",
    "referenceId2": "string",
    "serviceId": "string",
    "requestId": "string",
    "initiatorId": "string",
    "text": "string",
    "destination": "string",
    "sourceAddress": "string",
    "priority": 0
}'
