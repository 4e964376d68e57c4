"""`carethread synth`: the stream of a whole invented partnership, with the truth about who is who and what is what.

Every line of the stream is a message that intake accepts, as one of eight organisations sends it of a person as
its own system knows them: without the NHS number often, misspelt now and then, at an address long left. The same
options give the same bytes, on every version of Python. There are about 2.7 source records a person, and for each
person about 3 messages and one more for every ten days: 6 in 30 days. Every source record is told of.

The truth is a CSV of `kind,sender,id,truth`, in order. A row of kind `person` names the Patient of a sender by
its local identifier, and as truth the number of the person who it is: rows with one number are one person. A row
of kind `entry` names a sender's ServiceRequest or Encounter by type and id, and as truth the number of the real
referral or contact: rows with one number are told of by several systems, and rows with different ones are not
the same, however alike they look. Later versions of a resource have its id and no row of their own.
"""
